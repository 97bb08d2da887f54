"""The verdict on one statement: may this user run it, and what must be checked behind it."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What happens to a statement."""

    ALLOW = "allow"  # it passes as it is
    REFUSE = "refuse"  # it does not run
    CAP = "cap"  # it passes, and the rows of what it filled are counted behind it
    WATCH = "watch"  # it passes, and its replies wait until the server's account clears it


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one statement; the texts are those of PostgreSQL's error when refused."""

    kind: Kind
    cap: bool = False  # count rows behind it
    watch: bool = False  # hold its replies until the account clears it
    sqlstate: str = ""
    message: str = ""
    detail: str = ""
    hint: str = ""
    schema: str = ""
    table: str = ""
    product: str = ""
    rule: str = ""  # which rule decided, for the audit trail
