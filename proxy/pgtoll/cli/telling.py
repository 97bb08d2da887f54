"""How far long work is, on a terminal: one line that is written over and gone at the end."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pgtoll.cli.output import one_line

_CLEAR = "\r\x1b[K"


@contextmanager
def teller() -> Iterator[Callable[[str], None]]:
    """Yield what tells how far the work is; where nobody watches it tells nothing."""
    watched = sys.stderr.isatty()

    def tell(text: str) -> None:
        if watched:
            sys.stderr.write(f"{_CLEAR}{one_line(text)} …")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if watched:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
