"""Everything that one ReadyForQuery answers, and what it does to the names."""

from collections.abc import Iterator, Sequence

from pgtoll.session.names import NO_CHANGES, Change


class Round:
    """Everything that the client sent up to one ReadyForQuery. It is never changed."""

    def __init__(self, query: bool, changes: Sequence[Change] = NO_CHANGES, sent: int = 0) -> None:
        self.query = query  # a Query or FunctionCall, and not a Sync, ends it
        self.changes = changes  # what it does to the names
        self.sent = sent  # extended messages in it


QUERY_ROUND = Round(True)
SYNC_ROUND = Round(False)
# Most rounds are short and change no name; they need not be made anew.
SHORT_ROUNDS = tuple(Round(False, NO_CHANGES, sent) for sent in range(16))

_MOST_ANSWERED = 1000  # that are kept until they are taken out of the list at once


class Rounds:
    """The rounds that are to be answered, the next one first."""

    def __init__(self, *rounds: Round) -> None:
        self._items = list(rounds)
        self._first = 0  # of them: those before it are answered, and none of ours any more

    def __len__(self) -> int:
        return len(self._items) - self._first

    def __bool__(self) -> bool:
        return len(self._items) > self._first

    def __iter__(self) -> Iterator[Round]:
        return iter(self._items[self._first :])

    @property
    def next(self) -> Round:
        """The one that is answered next. Raises IndexError when there is none."""
        return self._items[self._first]

    def append(self, one: Round) -> None:
        """Another is to be answered."""
        self._items.append(one)

    def popleft(self) -> Round:
        """Take away the next one. Raises IndexError when there is none."""
        items, first = self._items, self._first
        found = items[first]
        items[first] = SYNC_ROUND
        first += 1
        if first == len(items):
            items.clear()
            first = 0
        elif first > _MOST_ANSWERED and 2 * first > len(items):
            del items[:first]
            first = 0
        self._first = first
        return found

    def pop(self) -> Round:
        """Take away the last one. Raises IndexError when there is none."""
        if not self:
            raise IndexError("no round is to be answered")
        return self._items.pop()

    def clear(self) -> None:
        """Nothing is to be answered any more."""
        self._items.clear()
        self._first = 0
