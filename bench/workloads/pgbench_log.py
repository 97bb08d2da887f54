"""What pgbench writes of each transaction: its client, number, µs, script, and when it ended."""

from collections.abc import Iterator
from pathlib import Path

MICROS = 1e6  # of a second


def logged(directory: Path, *, reconnecting: bool) -> Iterator[float]:
    """Yield the milliseconds of the transactions that the files of a directory tell of."""
    for file in sorted(directory.iterdir()):
        lines = file.read_bytes().splitlines()
        yield from cycles(lines) if reconnecting else durations(lines)


def durations(lines: list[bytes]) -> Iterator[float]:
    """Yield how long each transaction took, in ms."""
    for line in lines:
        yield int(line.split(b" ", 3)[2]) / 1e3


def cycles(lines: list[bytes]) -> Iterator[float]:
    """Yield the time from the end of each client's transaction to that of its next, in ms.

    For clients that reconnect: pgbench counts the connecting separately, and for each thread.
    """
    ended: dict[bytes, float] = {}
    for line in lines:
        client, *_, second, micros = line.split()
        end = int(second) + int(micros) / MICROS
        if client in ended:
            yield (end - ended[client]) * 1e3
        ended[client] = end
