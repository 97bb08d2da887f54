"""COPY of much data, out and in, in rows of 128 bytes.

What goes in is read by the server and then dropped, by COPY's own WHERE: kept rows would be capped
where nothing is licensed, and fill the disk.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bench.pgbench import USER, Address
from bench.workloads.at_once import Begin, Done, loop, play
from bench.workloads.keeping import exists
from bench.workloads.wire import Wire
from bench.workloads.workload import Work
from servers import Postgres

from pgtoll.wire.messages import message, query

ROW_BYTES = 128  # of COPY's text format, with its end of line
MESSAGE_BYTES = 8192  # of a CopyData that a client sends, as psql does
MEGABYTE = 1 << 20  # sent at a time

# What the server computes for a row is little, so that it is not the server that is measured.
_FIRST = 1_000_000  # the number in the first row: the others have as many digits
_OUT = "COPY (SELECT generate_series({first}, {last}), '{filler}') TO STDOUT"
_IN = b"COPY sink FROM STDIN WHERE line IS NULL"
_END = b"c\0\0\0\x04"  # CopyDone


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY of so many megabytes, again and again, by one client."""

    name: str
    title: str
    megabytes: int
    inward: bool
    unit: str = "MB"
    clients: int = 1

    def fill(self, database: Postgres) -> None:
        if not exists(database, "sink"):
            database.execute(f"CREATE TABLE sink (line text); ALTER TABLE sink OWNER TO {USER}")

    def run(self, address: Address, seconds: float) -> Work:
        return play(self.play, address, self.clients, seconds)

    def play(self, address: Address, client: int, begin: Begin) -> Done:
        """What the client does, in its process."""
        with Wire(address) as wire:
            return loop(begin, self._in(wire) if self.inward else self._out(wire))

    def _out(self, wire: Wire) -> Callable[[], int]:
        rows = self.megabytes * MEGABYTE // ROW_BYTES
        filler = "." * (ROW_BYTES - len(f"{_FIRST}\t\n"))
        sql = _OUT.format(first=_FIRST, last=_FIRST + rows - 1, filler=filler)
        question, tag = query(sql.encode()), b"COPY %d" % rows

        def copy() -> int:
            wire.large_result(question, tag)
            return self.megabytes

        return copy

    def _in(self, wire: Wire) -> Callable[[], int]:
        row = b"x" * (ROW_BYTES - 1) + b"\n"
        block = message(b"d", row * (MESSAGE_BYTES // ROW_BYTES)) * (MEGABYTE // MESSAGE_BYTES)

        def copy() -> int:
            wire.copy_in(query(_IN), block, self.megabytes, _END)
            return self.megabytes

        return copy
