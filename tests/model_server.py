"""PostgreSQL's side of the protocol for the statements of the model engine ("Message Flow")."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from model_engine import Engine, Result, Row, SqlError, Unknown

from pgtoll.errors import ProtocolViolation
from pgtoll.wire.messages import (
    error_response,
    message,
    notice_response,
    read_bind,
    read_execute,
    read_parse,
    read_query,
    read_target,
)

ROW_DESCRIPTION = message(b"T", b"\0\1n\0" + bytes(18))
BUFFER_BYTES = 8192  # what the server keeps back until it is full, or has to be sent

_GRAMMAR = re.compile(
    "BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SELECT|INSERT|TABLE|CALL|COPY|SET|CREATE"
    "|PREPARE|EXECUTE|DEALLOCATE|DECLARE|FETCH|CLOSE|DISCARD|DO"
)
_ENDS_TRANSACTION = re.compile("BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE")


def _value(value: bytes | None) -> bytes:
    """A value as a DataRow holds it."""
    size = -1 if value is None else len(value)
    return size.to_bytes(4, "big", signed=True) + (value or b"")


def _split(text: str) -> Iterator[tuple[int, str]]:
    """The statements of a text, and where each begins."""
    for found in re.finditer(r"[^;\s](?:\$\$(?s:.*?)\$\$|[^;])*", text):
        yield found.start(), found[0].rstrip()


@dataclass(slots=True)
class Portal:
    """A statement that is ready to run, or has given some of its rows."""

    sql: str
    result: Result | None = None
    given: int = 0


@dataclass(slots=True)
class ModelServer:
    """One server process. Bytes in; what it has sent by then, out."""

    engine: Engine = field(default_factory=Engine)
    statements: dict[str, str] = field(default_factory=dict)
    portals: dict[str, Portal] = field(default_factory=dict)
    old: bool = False  # PostgreSQL 15: statements of a pipeline run at the top level, each of them
    dead: bool = False
    _in: bytes = b""
    _out: bytes = b""
    _sent: int = 0  # bytes of `_out` that are on their way
    _skipping: bool = False  # an error: everything up to Sync is ignored
    _copy: str = ""  # the table that takes copy data
    _lines: bytes = b""
    _after_copy: Callable[[Result], None] | None = None
    _pending: list[tuple[int, str]] = field(
        default_factory=list
    )  # statements of a Query that has to go on
    _top: bool = True  # the next statement runs at the top level

    def greet(self) -> bytes:
        """The end of authentication."""
        ready = message(b"S", b"standard_conforming_strings\0on\0")
        return message(b"R", bytes(4)) + ready + message(b"Z", b"I")

    def feed(self, data: bytes) -> bytes:
        """Take the client's bytes; return what is sent."""
        self._in += data
        while len(self._in) >= 5 and not self.dead:
            end = 1 + int.from_bytes(self._in[1:5], "big")
            if len(self._in) < end:
                break
            whole, self._in = self._in[:end], self._in[end:]
            self._take(whole)
        sent, self._out = self._out[: self._sent], self._out[self._sent :]
        self._sent = 0
        return sent

    def _take(self, data: bytes) -> None:
        kind = chr(data[0])
        if self._copy:
            self._copying(kind, data)
        elif kind == "S":
            self._skipping = False
            self._guarded(self._sync)
        elif kind == "X":
            self.dead = True
        elif not self._skipping and kind not in "dcf":
            handler = self._handlers.get(kind, ModelServer._unknown)
            self._guarded(lambda: handler(self, data))

    def _guarded(self, act: Callable[[], None]) -> None:
        """Run what a message asks for; an error undoes the transaction."""
        try:
            act()
        except SqlError as error:
            self._fail(error)
        except ProtocolViolation as error:
            self._fail(SqlError("08P01", str(error)))

    def _fail(self, error: SqlError) -> None:
        query = bool(self._after_copy == self._query_copied) if self._copy else self._in_query
        self._copy = ""
        self._pending.clear()
        self._put(error_response({**error.fields}), flush=True)
        if error.fields.get("S") == "FATAL":
            self.dead = True
            return
        self.engine.abort()
        if self.engine.block == "I":
            self.portals.clear()
        if query:
            self._in_query = False
            self._ready()
        else:
            self._skipping = True

    _in_query: bool = False

    # Sending

    def _put(self, data: bytes, *, flush: bool = False) -> None:
        self._out += data
        if flush or len(self._out) - self._sent > BUFFER_BYTES:
            self._sent = len(self._out)

    def _ready(self) -> None:
        self._in_query, self._top = False, True
        if self.engine.block == "I":
            self.portals.clear()
        for name, value in self.engine.reports():
            self._put(message(b"S", f"{name}\0{value}\0".encode()))
        self._put(message(b"Z", self.engine.block.encode()), flush=True)

    def _rows(self, rows: Iterable[Row]) -> None:
        for row in rows:
            columns = row if isinstance(row, tuple) else (row,)
            values = b"".join(map(_value, columns))
            self._put(message(b"D", len(columns).to_bytes(2, "big") + values))

    def _notices(self, result: Result) -> None:
        for text in result.notices:
            code = "25P01" if "no transaction" in text else "00000"
            self._put(notice_response({"C": code, "M": text}), flush=True)

    # Simple

    def _query(self, data: bytes) -> None:
        self._in_query = True
        self.statements.pop("", None)
        statements = list(_split(read_query(data).decode(errors="replace")))
        for offset, sql in statements:
            self._check_syntax(sql, offset)
        if not statements:
            self._put(message(b"I", b""))
        self._top &= len(statements) == 1
        self._pending = statements
        self._go_on()

    def _go_on(self) -> None:
        while self._pending:
            offset, sql = self._pending.pop(0)
            self.portals.pop("", None)
            self.engine.analyse(sql, offset)
            self.engine.plan(sql)
            if self._returns_rows(sql) and not sql.startswith("EXECUTE"):
                self._put(ROW_DESCRIPTION)
            result = self._run(sql)
            if self._returns_rows(sql) and sql.startswith("EXECUTE"):
                self._put(ROW_DESCRIPTION)
            if result.copies:
                self._begin_copy(result, self._query_copied)
                return
            self._whole(result)
        self.engine.finish()
        self._ready()

    def _whole(self, result: Result) -> None:
        self._notices(result)
        self._rows(result.rows or ())
        self._put(message(b"C", result.tag.encode() + b"\0"))

    def _query_copied(self, result: Result) -> None:
        self._whole(result)
        self._go_on()

    def _unknown(self, data: bytes) -> None:
        raise SqlError("08P01", f"invalid frontend message type {data[0]}", S="FATAL")

    def _function_call(self, data: bytes) -> None:
        self._in_query = True
        if self.engine.aborted:
            raise SqlError("25P02", "current transaction is aborted")
        self._put(message(b"V", (4).to_bytes(4, "big") + b"done"))
        self.engine.finish()
        self._ready()

    # Extended

    def _parse(self, data: bytes) -> None:
        name, sql = (part.decode(errors="replace") for part in read_parse(data))
        if not name:
            self.statements.pop("", None)
        statements = list(_split(sql))
        for offset, one in statements:
            self._check_syntax(one, offset)
        if len(statements) > 1:
            raise SqlError("42601", "cannot insert multiple commands into a prepared statement")
        for offset, one in statements:
            self.engine.analyse(one, offset)
        if name in self.statements:
            raise SqlError("42P05", f'prepared statement "{name}" already exists')
        self.statements[name] = statements[0][1] if statements else ""
        self._put(message(b"1", b""))

    def _bind(self, data: bytes) -> None:
        portal, name = (part.decode(errors="replace") for part in read_bind(data))
        sql = self._statement(name)
        self.engine.analyse(sql)
        if portal and portal in self.portals:
            raise SqlError("42P03", f'cursor "{portal}" already exists')
        self.engine.plan(sql)
        self.portals[portal] = Portal(sql)
        self._put(message(b"2", b""))

    def _execute(self, data: bytes) -> None:
        name = read_execute(data).decode(errors="replace")
        limit = int.from_bytes(data[-4:], "big")
        portal = self._portal(name)
        if not portal.sql:
            self._put(message(b"I", b""))
            return
        if self.engine.aborted:
            self.engine.analyse(portal.sql)
        if portal.result is not None and portal.result.rows is None:
            raise SqlError("55000", f'portal "{name}" cannot be run')
        if portal.result is None:
            portal.result = self._run(portal.sql)
            if portal.result.copies:
                self._begin_copy(portal.result, self._executed)
                return
            self._notices(portal.result)
        self._top &= self.old
        self._give(portal, limit)

    def _give(self, portal: Portal, limit: int) -> None:
        result = portal.result
        assert result is not None
        if result.rows is None:
            self._put(message(b"C", result.tag.encode() + b"\0"))
            return
        end = len(result.rows) if not limit else portal.given + limit
        rows = result.rows[portal.given : end]
        self._rows(rows)
        portal.given += len(rows)
        if limit and len(rows) == limit:
            self._put(message(b"s", b""))
            return
        verb = result.tag.rpartition(" ")[0]
        self._put(message(b"C", f"{verb} {len(rows)}".encode() + b"\0"))

    def _executed(self, result: Result) -> None:
        self._top &= self.old
        self._put(message(b"C", result.tag.encode() + b"\0"))

    def _describe(self, data: bytes) -> None:
        kind, name = read_target(data)
        if kind == b"S":
            sql = self._statement(name.decode(errors="replace"))
            self._put(message(b"t", b"\0\0"))
        else:
            sql = self._portal(name.decode(errors="replace")).sql
        self._put(ROW_DESCRIPTION if self._returns_rows(sql) else message(b"n", b""))

    def _close(self, data: bytes) -> None:
        kind, name = read_target(data)
        (self.statements if kind == b"S" else self.portals).pop(name.decode(errors="replace"), None)
        self._put(message(b"3", b""))

    def _sync(self) -> None:
        if not self.engine.aborted:
            try:
                self.engine.finish()
            except SqlError as error:
                self._put(error_response({**error.fields}), flush=True)
                self.engine.abort()
        self._ready()

    def _flush(self, data: bytes) -> None:
        self._sent = len(self._out)

    # Copy

    def _begin_copy(self, result: Result, after: Callable[[Result], None]) -> None:
        self._put(message(b"G", b"\0\0\1\0\0"), flush=True)
        self._copy, self._lines, self._after_copy = result.copies, b"", after
        if result.copies == "trap":
            raise SqlError("P0001", "snap", W="function snap()")

    def _copying(self, kind: str, data: bytes) -> None:
        if kind == "d":
            self._lines += data[5:]
            if any(line and not line.isdigit() for line in self._lines.split(b"\n")[:-1]):
                self._fail(SqlError("22P02", "invalid input syntax for type integer", W="COPY t"))
        elif kind == "f":
            self._fail(SqlError("57014", "COPY from stdin failed", W="COPY t"))
        elif kind == "c":
            self._guarded(self._copied)
        elif kind not in "SH":
            self._put(error_response({"C": "08P01", "M": "lost synchronization"}, "FATAL"))
            self._sent, self.dead = len(self._out), True

    def _copied(self) -> None:
        result = self.engine.copied(self._copy, self._lines)
        after = self._after_copy
        assert after is not None
        self._copy = ""
        after(result)

    # Names, and the statements that work on them

    def _check_syntax(self, sql: str, offset: int = 0) -> None:
        if not _GRAMMAR.match(sql):
            place = str(offset + 1)
            text = f'syntax error at or near "{sql.split()[0]}"'
            raise SqlError("42601", text, P=place, F="scan.l")

    def _returns_rows(self, sql: str) -> bool:
        if found := re.match(r"EXECUTE (\w+)", sql):
            prepared = self.statements.get(found[1], "")
            return not prepared.startswith("EXECUTE") and self._returns_rows(prepared)
        return bool(re.match("SELECT|TABLE", sql)) or "RETURNING" in sql

    def _statement(self, name: str) -> str:
        if name not in self.statements:
            raise SqlError("26000", f'prepared statement "{name}" does not exist')
        return self.statements[name]

    def _portal(self, name: str) -> Portal:
        if name not in self.portals:
            raise SqlError("34000", f'portal "{name}" does not exist')
        return self.portals[name]

    def _run(self, sql: str) -> Result:
        if found := re.fullmatch(r"PREPARE (\w+) AS (.*)", sql):
            if found[1] in self.statements:
                raise SqlError("42P05", "prepared statement already exists")
            self.statements[found[1]] = found[2]
            return Result("PREPARE")
        if found := re.fullmatch(r"DEALLOCATE (\w+)", sql):
            self._statement(found[1])
            del self.statements[found[1]]
            return Result("DEALLOCATE")
        if found := re.fullmatch(r"DECLARE (\w+) CURSOR FOR (.*)", sql):
            return self._declare(found[1], found[2])
        if found := re.fullmatch(r"EXECUTE (\w+)", sql):
            return self._execute_sql(self._statement(found[1]))
        if _ENDS_TRANSACTION.match(sql):
            return self._transaction(sql)
        return self.engine.run(sql, top=self._top)

    def _transaction(self, sql: str) -> Result:
        result = self.engine.run(sql, top=self._top)
        if self.engine.block == "I":
            self.portals.clear()
        return result

    def _declare(self, name: str, sql: str) -> Result:
        if self.engine.block == "I" and self._top:
            raise SqlError("25P01", "DECLARE CURSOR can only be used in transaction blocks")
        if name in self.portals:
            raise SqlError("42P03", "cursor already exists")
        self.portals[name] = Portal(sql)
        return Result("DECLARE CURSOR")

    def _execute_sql(self, sql: str) -> Result:
        """EXECUTE runs whatever was prepared; a COMMIT then takes effect when the round ends."""
        if sql.endswith("AND CHAIN"):
            raise Unknown(sql)
        if sql in ("COMMIT", "ROLLBACK"):
            self.engine.ending = sql
            alone = self.engine.block == "I"
            notices = ("there is no transaction in progress",) if alone else ()
            return Result(sql, notices=notices)
        return self.engine.run(sql, top=False)

    _handlers: "dict[str, Callable[[ModelServer, bytes], None]]" = field(
        default_factory=lambda: {
            "Q": ModelServer._query,
            "F": ModelServer._function_call,
            "P": ModelServer._parse,
            "B": ModelServer._bind,
            "E": ModelServer._execute,
            "D": ModelServer._describe,
            "C": ModelServer._close,
            "H": ModelServer._flush,
        }
    )
