"""The process that reads SQL for a proxy: requests on standard input, scripts on standard output.

It is expendable. Hostile text can crash it or keep it busy; the proxy then starts another.
"""

import argparse
import os
import resource
import signal
import sys
import threading
from collections.abc import Sequence
from typing import BinaryIO

from pgtoll.loading import lasting

with lasting():
    from pgtoll.parsing.messages import BODIES, READY, REQUEST, encode
    from pgtoll_policy.bodies import read_body, read_statements
    from pgtoll_policy.body import BodyText, as_script
    from pgtoll_policy.facts import Script

# Both parsers recurse. Pages of a stack that are not touched cost nothing.
STACK_BYTES = 256 << 20
MAX_DEPTH = 20_000  # of Python's own recursion, which that stack is large enough for
# A proxy that lives ends a process at the deadline itself; this is for one that does not.
GRACE = 2.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Answer requests until standard input ends."""
    options = _options().parse_args(arguments)
    resource.setrlimit(resource.RLIMIT_AS, (options.memory, options.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(options.nice)
    sys.setrecursionlimit(MAX_DEPTH)
    threading.stack_size(STACK_BYTES)
    with _private_output() as scripts:
        thread = threading.Thread(target=_answer, args=(sys.stdin.buffer, scripts, options))
        thread.start()
        thread.join()


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pgtoll.parsing.process")
    parser.add_argument("--deadline", type=float, required=True, help="seconds for one text")
    parser.add_argument("--memory", type=int, required=True, help="bytes of address space")
    parser.add_argument("--nice", type=int, default=0, help="how far others go before it")
    parser.add_argument("--strict", action="store_true", help="both parsers must read it")
    return parser


def _private_output() -> BinaryIO:
    """Return standard output, and keep it to ourselves.

    libpg_query prints there, and to standard error, when it runs out of memory. No client may fill
    a log with that, or have it taken for an answer.
    """
    output = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return output


def _answer(requests: BinaryIO, scripts: BinaryIO, options: argparse.Namespace) -> None:
    scripts.write(READY)
    scripts.flush()
    while header := requests.read(REQUEST.size):
        what, length = REQUEST.unpack(header)
        text = requests.read(length).decode()
        # Nobody handles the signal: the kernel ends the process, however busy it is.
        signal.setitimer(signal.ITIMER_REAL, options.deadline + GRACE)
        scripts.write(_line(_read(what, text, strict=options.strict)))
        scripts.flush()
        signal.setitimer(signal.ITIMER_REAL, 0)


def _read(what: int, text: str, *, strict: bool) -> Script:
    if what in BODIES:
        return as_script(read_body(BodyText(BODIES[what], text)))
    return read_statements(text, standard_conforming_strings=what == 1, strict=strict)


def _line(script: Script) -> bytes:
    try:
        return encode(script)
    except MemoryError:
        return encode(Script((), refusal="it takes too much memory"))


if __name__ == "__main__":
    main()
