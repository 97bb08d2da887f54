"""The server's side of the protocol for the console: simple and extended ("Message Flow").

There are no transactions and no parameters. A command runs when its Query or Execute comes.
"""

from __future__ import annotations

import struct
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pgtoll.admin.answers import BINARY_FORMAT, Column, Table, complete, data_rows, row_description
from pgtoll.admin.language import Command, CommandError, read_commands
from pgtoll.errors import ProtocolViolation
from pgtoll.wire.messages import (
    error_response,
    message,
    read_bind,
    read_execute,
    read_parse,
    read_query,
    read_target,
)

READY = message(b"Z", b"I")
EMPTY_QUERY = message(b"I", b"")
NO_DATA = message(b"n", b"")
NO_PARAMETERS = message(b"t", b"\0\0")
MOST_PREPARED = 1000  # statements and portals: nobody needs as many here
ACCEPTED = b"QPBDECHSX"  # the types of messages that have a place here

T = TypeVar("T")

# Runs a command; a Table for a SHOW, None for what only does something. Raises CommandError.
Run = Callable[[Command], Awaitable[Table | None]]
Describe = Callable[[Command], tuple[Column, ...]]  # the columns of a SHOW, before it runs


@dataclass(slots=True)
class Portal:
    """A command that is ready to run, in the formats that were asked for."""

    command: Command | None  # None: the text was empty
    formats: Sequence[int] = ()


@dataclass
class Conversation:
    """One client of the console. Whole messages in, bytes out."""

    run: Run
    describe: Describe
    _statements: dict[bytes, Command | None] = field(default_factory=dict)
    _portals: dict[bytes, Portal] = field(default_factory=dict)
    _skipping: bool = False  # an error: everything up to Sync is ignored

    async def answer(self, kind: int, data: bytes) -> bytes:
        """Return what one message is answered with. Raises ProtocolViolation."""
        letter = chr(kind)
        if letter == "Q":
            return await self._query(data)
        if letter == "S":
            self._skipping = False
            return READY
        if self._skipping or letter == "H":
            return b""
        try:
            return await self._extended(letter, data)
        except CommandError as exc:
            self._skipping = True
            return refusal(exc)

    async def _query(self, data: bytes) -> bytes:
        """Run the commands of a Query until one fails."""
        self._skipping = False
        out = b""
        try:
            found = read_commands(_text(read_query(data)))
            for command in found:
                out += await self._done(command)
        except CommandError as exc:
            return out + refusal(exc) + READY
        return (out or EMPTY_QUERY) + READY

    async def _done(self, command: Command) -> bytes:
        table = await self.run(command)
        if table is None:
            return complete(command.tag)
        head = row_description(table.columns)
        return head + data_rows(table) + complete(command.tag, len(table.rows))

    async def _extended(self, letter: str, data: bytes) -> bytes:
        match letter:
            case "P":
                return self._parse(data)
            case "B":
                return self._bind(data)
            case "D":
                return self._described(data)
            case "E":
                return await self._execute(data)
            case "C":
                return self._close(data)
        raise ProtocolViolation(f"message type {letter!r} has no place here")

    def _parse(self, data: bytes) -> bytes:
        name, sql = read_parse(data)
        found = read_commands(_text(sql))
        if len(found) > 1:
            raise CommandError("cannot insert multiple commands into a prepared statement")
        self._keep(self._statements, name, found[0] if found else None)
        return message(b"1", b"")

    def _bind(self, data: bytes) -> bytes:
        portal, statement = read_bind(data)
        parameters, formats = _bound(data)
        if parameters:
            raise CommandError("commands take no parameters", "08P01")
        command = self._statement(statement)
        self._check(command, formats)
        self._keep(self._portals, portal, Portal(command, formats))
        return message(b"2", b"")

    def _check(self, command: Command | None, formats: Sequence[int]) -> None:
        """Refuse formats that do not fit the columns, as PostgreSQL does."""
        shows = command is not None and command.verb == "SHOW"
        width = len(self.describe(command)) if command and shows else 0
        if len(formats) not in (0, 1, width) or any(one > BINARY_FORMAT for one in formats):
            raise CommandError("the formats that Bind asks for do not fit the columns", "08P01")

    def _keep(self, where: dict[bytes, T], name: bytes, value: T) -> None:
        if len(where) >= MOST_PREPARED and name not in where:
            raise CommandError("too many prepared commands", "53400", "Close some of them.")
        where[name] = value

    def _statement(self, name: bytes) -> Command | None:
        if name not in self._statements:
            raise CommandError(f'prepared statement "{_text(name)}" does not exist', "26000")
        return self._statements[name]

    def _portal(self, name: bytes) -> Portal:
        if name not in self._portals:
            raise CommandError(f'portal "{_text(name)}" does not exist', "34000")
        return self._portals[name]

    def _described(self, data: bytes) -> bytes:
        kind, name = read_target(data)
        if kind == b"S":
            return NO_PARAMETERS + self._description(Portal(self._statement(name)))
        return self._description(self._portal(name))

    def _description(self, portal: Portal) -> bytes:
        command = portal.command
        if command is None or command.verb != "SHOW":
            return NO_DATA
        return row_description(self.describe(command), portal.formats)

    async def _execute(self, data: bytes) -> bytes:
        portal = self._portal(read_execute(data))
        if portal.command is None:
            return EMPTY_QUERY
        table = await self.run(portal.command)
        if table is None:
            return complete(portal.command.tag)
        return data_rows(table, portal.formats) + complete(portal.command.tag, len(table.rows))

    def _close(self, data: bytes) -> bytes:
        kind, name = read_target(data)
        where: dict[bytes, Portal] | dict[bytes, Command | None]
        where = self._statements if kind == b"S" else self._portals
        where.pop(name, None)
        return message(b"3", b"")


def refusal(error: CommandError) -> bytes:
    """Return the ErrorResponse of a command that is not done."""
    return error_response({"C": error.sqlstate, "M": str(error), "H": error.hint})


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _bound(data: bytes) -> tuple[int, tuple[int, ...]]:
    """Return how many parameters a Bind has, and the formats it wants for columns."""
    try:
        at = data.index(b"\0", data.index(b"\0", 5) + 1) + 1
        (count,) = struct.unpack_from("!H", data, at)
        at += 2 + 2 * count
        (parameters,) = struct.unpack_from("!H", data, at)
        if parameters:
            return parameters, ()
        (wanted,) = struct.unpack_from("!H", data, at + 2)
        return 0, struct.unpack_from(f"!{wanted}H", data, at + 4)
    except (ValueError, struct.error) as exc:
        raise ProtocolViolation("Bind is cut short") from exc
