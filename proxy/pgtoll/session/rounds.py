"""Everything that one ReadyForQuery answers, and what it does to the names."""

from collections.abc import Sequence
from typing import NamedTuple

from pgtoll.session.names import NO_CHANGES, Change


class Round(NamedTuple):
    """Everything that the client sent up to one ReadyForQuery."""

    query: bool  # a Query or FunctionCall, and not a Sync, ends it
    changes: Sequence[Change] = NO_CHANGES  # what it does to the names
    sent: int = 0  # extended messages in it


QUERY_ROUND = Round(True)
SYNC_ROUND = Round(False)
# Most rounds are short and change no name; they need not be made anew.
SHORT_ROUNDS = tuple(Round(False, NO_CHANGES, sent) for sent in range(16))
