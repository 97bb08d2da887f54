"""One client's life after authentication: bytes in, effects out. No I/O.

`session` takes the bytes of both peers and returns effects. What the client sends is judged message
by message; a statement that must not run is replaced by one that is sure to fail, and what we add
on our own (the witness) has its replies hidden. `conversation` is what both directions know: how
far it is (`progress`) and what we add to it (`additions`). `replies` is the only place that knows
whose reply comes next; `names` knows what prepared statements and portals stand for; `rewrite` puts
the witness into the text of a simple Query.
"""

from pgtoll.session.effects import (
    Altered,
    Close,
    Confirm,
    Effect,
    Judge,
    Judged,
    Peer,
    Read,
    Ruling,
    Write,
)
from pgtoll.session.session import Session

__all__ = [
    "Altered",
    "Close",
    "Confirm",
    "Effect",
    "Judge",
    "Judged",
    "Peer",
    "Read",
    "Ruling",
    "Session",
    "Write",
]
