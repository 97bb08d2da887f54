"""A few statements and PostgreSQL's transaction rules for them: what the model server runs.

The statements are real SQL. tests/live/test_model.py runs the same conversations on a real server
whose schema is SCHEMA, and the answers must be the same.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

CAP = 3
SECRET = b"topsecret"

# What the statements of this model need on a real server.
SCHEMA = """
CREATE TABLE t (n int);
CREATE TABLE secret (y text);
INSERT INTO secret VALUES ('topsecret');
CREATE TABLE later (n int);
CREATE TABLE trap (n int);
CREATE FUNCTION look() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN y FROM secret; END';
CREATE FUNCTION fail() RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE division_by_zero; END';
CREATE FUNCTION shout() RETURNS int LANGUAGE plpgsql AS
  'BEGIN RAISE NOTICE ''loud''; RETURN 1; END';
CREATE FUNCTION blab() RETURNS int LANGUAGE plpgsql AS
  'BEGIN RAISE NOTICE ''%'', (SELECT y FROM secret); RETURN 1; END';
CREATE FUNCTION blurt() RETURNS int LANGUAGE plpgsql AS
  'BEGIN RAISE EXCEPTION ''%'', (SELECT y FROM secret); END';
CREATE FUNCTION fold() RETURNS int IMMUTABLE LANGUAGE plpgsql AS
  'BEGIN PERFORM add(); RETURN 1; END';
CREATE FUNCTION add() RETURNS int VOLATILE LANGUAGE plpgsql AS
  'BEGIN INSERT INTO t SELECT generate_series(1, 9); RETURN 1; END';
CREATE FUNCTION deliver() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN INSERT INTO t SELECT generate_series(1, new.n); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER deliver AFTER INSERT ON later DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION deliver();
CREATE FUNCTION snap() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN RAISE EXCEPTION ''snap''; END';
CREATE TRIGGER snap BEFORE INSERT ON trap EXECUTE FUNCTION snap();
CREATE PROCEDURE fill() LANGUAGE plpgsql AS
  'BEGIN INSERT INTO t SELECT generate_series(1, 9); COMMIT; END';
"""


class SqlError(Exception):
    """A statement failed."""

    def __init__(self, sqlstate: str, text: str, **fields: str) -> None:
        super().__init__(text)
        self.fields = {"C": sqlstate, "M": text, **fields}


class Unknown(Exception):
    """The model has no such statement."""


Row = bytes | None | tuple[bytes | None, ...]  # one value, or several


@dataclass(frozen=True, slots=True)
class Result:
    """What a statement gives: rows, if it returns any; a command tag; notices before them."""

    tag: str
    rows: tuple[Row, ...] | None = None
    notices: tuple[str, ...] = ()
    copies: str = ""  # the table that takes copy data


@dataclass(frozen=True, slots=True)
class Work:
    """What a transaction did so far. A savepoint is a copy of it."""

    rows: int = 0  # in table t
    deferred: int = 0  # rows that triggers will put there when it commits
    immediate: bool = False  # deferred triggers fire at once
    checked: bool = True  # the final check passed, and nothing was done behind it
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Commit:
    """A transaction that was committed, for the tests to look at."""

    rows: int
    touched: bool
    checked: bool  # the final check stood right before it


@dataclass(slots=True)
class Engine:
    """One session's transactions."""

    block: str = "I"  # the status that ReadyForQuery reports
    ending: str = ""  # an EXECUTE ran this COMMIT or ROLLBACK: it ends when the round does
    work: Work = field(default_factory=Work)
    touched: bool = False  # locks and counters outlive savepoints
    savepoints: list[tuple[str, Work]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=lambda: {"standard_conforming_strings": "on"})
    reported: dict[str, str] = field(default_factory=lambda: {"standard_conforming_strings": "on"})
    commits: list[Commit] = field(default_factory=list)
    witnessed: list[str] = field(default_factory=list)  # every check that was run
    counted: int = 0  # commits whose counters have been put away

    # Transactions

    @property
    def aborted(self) -> bool:
        return self.block == "E"

    def commit(self) -> None:
        """Fire what is deferred, and make it last."""
        self.fire()
        if self.work.rows or self.touched:
            self.commits.append(Commit(self.work.rows, self.touched, self.work.checked))
        self.settings |= dict(self.work.settings)
        self.roll_back()

    def abort(self) -> None:
        """An error, or a ROLLBACK, undoes the transaction; a block stays until it is ended."""
        block, savepoints, touched = self.block, self.savepoints, self.touched
        self.roll_back()
        if block != "I":
            self.block, self.savepoints, self.touched = "E", savepoints, touched

    def finish(self) -> None:
        """The end of a round: what is in no block is committed."""
        if self.ending == "ROLLBACK":
            self.roll_back()
        elif self.block == "I" or self.ending:
            self.commit()

    def roll_back(self) -> None:
        """Forget everything that was not committed."""
        self.block, self.ending, self.work, self.savepoints = "I", "", Work(), []
        self.touched = False

    def fire(self) -> None:
        """Run the deferred triggers."""
        if self.work.deferred:
            self.insert(self.work.deferred)
            self.work = replace(self.work, deferred=0)

    def insert(self, rows: int) -> None:
        self.work = replace(self.work, rows=self.work.rows + rows, checked=False)

    def touch(self) -> None:
        """Read the table of the secret."""
        self.touched = True
        self.work = replace(self.work, checked=False)

    # Statements

    def analyse(self, sql: str, offset: int = 0) -> None:
        """Raise what PostgreSQL finds wrong with a statement before it runs it."""
        if self.aborted and not _EXITS.match(sql):
            raise SqlError("25P02", "current transaction is aborted", F="postgres.c")
        if token := re.match(r"SELECT '(.*)'::pg_catalog.int4$", sql):
            text = f'invalid input syntax for type integer: "{token[1]}"'
            raise SqlError("22P02", text, P=str(offset + 8))
        if sql.startswith("TABLE nosuch"):
            raise SqlError("42P01", 'relation "nosuch" does not exist', P=str(offset + 7))

    def plan(self, sql: str) -> None:
        """Plan a statement, which runs its immutable functions."""
        if sql == "SELECT fold()":
            self.insert(9)

    def run(self, sql: str, *, top: bool) -> Result:
        """Run a statement; at the top level, unless others are in its transaction already."""
        if self.ending:
            self._in_ending(sql)
        for pattern, act in _STATEMENTS:
            if found := pattern.fullmatch(sql):
                return act(self, found, top)
        raise Unknown(sql)

    def _in_ending(self, sql: str) -> None:
        if _TRANSACTION.match(sql):
            raise SqlError("XX000", "unexpected transaction state", S="FATAL")

    def copied(self, table: str, lines: bytes) -> Result:
        """The end of copy data."""
        rows = [line for line in lines.split(b"\n") if line]
        if not all(line.isdigit() for line in rows):
            raise SqlError("22P02", "invalid input syntax for type integer")
        self.insert(len(rows))
        return Result(f"COPY {len(rows)}")

    def reports(self) -> Iterator[tuple[str, str]]:
        """Settings whose values the client is to be told, now that the server is idle."""
        now = self.settings | dict(self.work.settings)
        for name, value in now.items():
            if self.reported[name] != value:
                self.reported[name] = value
                yield name, value


_EXITS = re.compile("COMMIT|ROLLBACK|PREPARE TRANSACTION")
_TRANSACTION = re.compile("COMMIT|ROLLBACK|BEGIN|SAVEPOINT|RELEASE")
_Found = re.Match[str]
_Act = Callable[[Engine, _Found, bool], Result]


def _begin(e: Engine, found: _Found, top: bool) -> Result:
    notices = ("there is already a transaction in progress",) if e.block == "T" else ()
    e.block = "T"
    return Result("BEGIN", notices=notices)


def _commit(e: Engine, found: _Found, top: bool) -> Result:
    if e.aborted:
        return _rollback(e, found, top)
    notices = _alone(e, found)
    e.commit()
    e.block = "T" if found[1] else "I"
    return Result("COMMIT", notices=notices)


def _rollback(e: Engine, found: _Found, top: bool) -> Result:
    notices = _alone(e, found)
    e.roll_back()
    e.block = "T" if found[1] else "I"
    return Result("ROLLBACK", notices=notices)


def _alone(e: Engine, found: _Found) -> tuple[str, ...]:
    """What is said of an end that is in no block."""
    if e.block != "I":
        return ()
    if found[1]:
        raise SqlError("25P01", f"{found[0]} can only be used in transaction blocks")
    return ("there is no transaction in progress",)


def _savepoint(e: Engine, found: _Found, top: bool) -> Result:
    verb, name = found[1], found[2]
    if e.block == "I":
        raise SqlError("25P01", f"{verb} can only be used in transaction blocks")
    if verb == "SAVEPOINT":
        e.savepoints.append((name, e.work))
        return Result("SAVEPOINT")
    at = max((i for i, point in enumerate(e.savepoints) if point[0] == name), default=-1)
    if at < 0:
        raise SqlError("3B001", "savepoint does not exist")
    if verb == "RELEASE SAVEPOINT":
        del e.savepoints[at:]
        return Result("RELEASE")
    e.work, e.block = e.savepoints[at][1], "T"
    del e.savepoints[at + 1 :]
    return Result("ROLLBACK")


def _series(e: Engine, found: _Found, top: bool) -> Result:
    rows = tuple(str(n + 1).encode() for n in range(int(found[1])))
    return Result(f"SELECT {len(rows)}", rows)


def _insert(e: Engine, found: _Found, top: bool) -> Result:
    e.insert(int(found[1]))
    return Result(f"INSERT 0 {found[1]}")


def _returning(e: Engine, found: _Found, top: bool) -> Result:
    e.insert(int(found[1]))
    rows = tuple(str(n + 1).encode() for n in range(int(found[1])))
    return Result(f"INSERT 0 {len(rows)}", rows)


def _later(e: Engine, found: _Found, top: bool) -> Result:
    e.work = replace(e.work, deferred=e.work.deferred + int(found[1]), checked=False)
    if e.work.immediate:
        e.fire()
    return Result("INSERT 0 1")


def _function(e: Engine, found: _Found, top: bool) -> Result:
    name, row = found[1], b"1"
    notices: tuple[str, ...] = ()
    if name in ("peek", "blab", "blurt"):
        e.touch()
    if name == "fail":
        raise SqlError("22012", "division_by_zero", W="function fail()")
    if name == "blurt":
        raise SqlError("P0001", SECRET.decode(), W="function blurt()")
    if name == "peek":
        row = SECRET
    if name in ("shout", "blab"):
        notices = ("loud" if name == "shout" else SECRET.decode(),)
    return Result("SELECT 1", (row,), notices)


def _secret(e: Engine, found: _Found, top: bool) -> Result:
    e.touch()
    return Result("SELECT 1", (SECRET,))


def _fill(e: Engine, found: _Found, top: bool) -> Result:
    e.insert(9)
    if not top or e.block != "I":
        raise SqlError("2D000", "invalid transaction termination", W="function fill()")
    e.commit()
    return Result("CALL")


def _copy(e: Engine, found: _Found, top: bool) -> Result:
    if found[1] == "nosuch":
        raise SqlError("42P01", 'relation "nosuch" does not exist')
    return Result("", copies=found[1])


def _constraints(e: Engine, found: _Found, top: bool) -> Result:
    e.work = replace(e.work, immediate=True)
    e.fire()
    text = "SET CONSTRAINTS can only be used in transaction blocks"
    return Result("SET CONSTRAINTS", notices=(text,) if top and e.block == "I" else ())


def _set(e: Engine, found: _Found, top: bool) -> Result:
    name, value = "standard_conforming_strings", found[1]
    kept = tuple(pair for pair in e.work.settings if pair[0] != name)
    e.work = replace(e.work, settings=(*kept, (name, value)))
    return Result("SET")


def _account(e: Engine, found: _Found, top: bool) -> Result:
    """What pgtoll asks in observe mode; counters outlive their transaction, and locks do not."""
    cap, demo, lacked, nonce = found.groups()
    said = None
    if demo and e.work.rows > int(cap):
        said = b"cap"
    if lacked and (e.touched or any(one.touched for one in e.commits[e.counted :])):
        said = b"watch"
    return Result("SELECT 1", ((said, nonce.encode()),))


def _account_committed(e: Engine, found: _Found, top: bool) -> Result:
    """What it asks behind a commit."""
    cap, demo, lacked, nonce = found.groups()
    lately = e.commits[e.counted :]
    said = None
    if demo and any(one.rows > int(cap) for one in lately):
        said = b"cap"
    if lacked and any(one.touched for one in lately):
        said = b"watch"
    return Result("SELECT 1", ((said, nonce.encode()),))


def _flush(e: Engine, found: _Found, top: bool) -> Result:
    e.counted = len(e.commits)
    return Result("SELECT 1", (b"",))


def _held(e: Engine, found: _Found, top: bool) -> Result:
    """What the settings take; no statement of this model makes up names."""
    return Result("SELECT 1", ((b"100_5" if found[1] == "true" else b"100",),))


def _plain(tag: str) -> _Act:
    return lambda e, found, top: Result(tag)


def _witness(e: Engine, found: _Found, top: bool) -> Result:
    """The check that pgtoll adds, as far as this model needs one."""
    cap, demo, lacked, final, nonce = found.groups()
    e.witnessed.append(final)
    if demo and e.work.rows > int(cap):
        fields = {"s": "public", "t": "t", "D": "base", "H": cap}
        raise SqlError("TOLL1", "cap", W="function witness()", **fields)
    if lacked and e.touched:
        fields = {"s": "public", "t": "secret", "D": "base"}
        raise SqlError("TOLL2", "watch", W="function witness()", **fields)
    if final == "true" and not e.work.deferred:
        e.work = replace(e.work, checked=True)
    return Result("SELECT 1", ((b"f", nonce.encode()),))


_STATEMENTS: list[tuple[re.Pattern[str], _Act]] = [
    (re.compile(pattern), act)
    for pattern, act in (
        (r"BEGIN", _begin),
        (r"COMMIT( AND CHAIN)?", _commit),
        (r"ROLLBACK( AND CHAIN)?", _rollback),
        (r"(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO) (\w+)", _savepoint),
        (r"SELECT generate_series\(1, (\d+)\)", _series),
        (r"INSERT INTO t SELECT generate_series\(1, (\d+)\)", _insert),
        (r"INSERT INTO t SELECT generate_series\(1, (\d+)\) RETURNING n", _returning),
        (r"INSERT INTO later VALUES \((\d+)\)", _later),
        (r"SELECT (\w+)\(\)", _function),
        (r"TABLE secret", _secret),
        (r"CALL fill\(\)", _fill),
        (r"COPY (\w+) FROM STDIN", _copy),
        (r"SET CONSTRAINTS ALL IMMEDIATE", _constraints),
        (r"SET standard_conforming_strings = (on|off)", _set),
        (r"SELECT pg_catalog.pg_stat_force_next_flush\(\)", _flush),
        (r"SET TRANSACTION ISOLATION LEVEL READ COMMITTED", _plain("SET")),
        (r"CLOSE ALL", _plain("CLOSE CURSOR ALL")),
        (r"DISCARD PLANS", _plain("DISCARD PLANS")),
        (r"SELECT pgtoll\.forget\(\)", _plain("SELECT 1")),
        (r"SELECT pg_catalog\.setseed\((?s:.*)", _plain("SELECT 1")),
        (r"SELECT pgtoll\.settings_held\((true)\),pgtoll\.before_watch\(\)", _held),
        (r"SELECT CASE WHEN pgtoll\.settings_held\((false)\).*,pgtoll\.before_watch\(\)", _held),
        (r"SELECT pgtoll\.before_watch\(\)", _plain("SELECT 1")),
        (r"SELECT CASE WHEN true THEN COALESCE\(pgtoll\.settings_held\((true)\),''\) END", _held),
        (
            r"SELECT CASE WHEN false THEN COALESCE\(pgtoll\.settings_held\(true\),''\) END",
            _plain("SELECT 1"),
        ),
        (r"DO \$\$ DECLARE one (?s:.*)", _plain("DO")),
        (r"CREATE VIEW v AS SELECT 1", _plain("CREATE VIEW")),
        (
            r"SELECT pgtoll\.witness\((\d+),ARRAY\[([\d,]*)\]::int\[\],ARRAY\[([\d,]*)\]::int\[\],"
            r"(true|false)\),(\d+)",
            _witness,
        ),
        (
            r"SELECT pgtoll\.account\((\d+),ARRAY\[([\d,]*)\]::int\[\],"
            r"ARRAY\[([\d,]*)\]::int\[\],false\),(\d+)",
            _account,
        ),
        (
            r"SELECT pgtoll\.account_committed\((\d+),ARRAY\[([\d,]*)\]::int\[\],"
            r"ARRAY\[([\d,]*)\]::int\[\]\),(\d+)",
            _account_committed,
        ),
    )
]
