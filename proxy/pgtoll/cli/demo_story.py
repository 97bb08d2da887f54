"""The demo's story: what happens to two users as licenses come and go, played through the proxy.

Each scene runs commands of ours (or none), then one statement of one user on a connection that
stays open throughout, and says what must come of it: within a second of the commands.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import psycopg
from psycopg.rows import TupleRow

IN_FORCE_SECONDS = 1.0  # a change reaches every proxy within this time
PAUSE_SECONDS = 0.005

Session = psycopg.Connection[TupleRow]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What must be said when a statement is refused."""

    sqlstate: str
    words: tuple[str, ...]  # the message, the detail or the hint has each of them


@dataclass(frozen=True, slots=True)
class Scene:
    """One step: what changes, then a statement and what must come of it."""

    title: str
    user: str
    sql: str
    refusal: Refusal | None = None  # None: it must work
    commands: tuple[str, ...] = ()  # of ours, run before it as typed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the user's session got: rows, or PostgreSQL's error."""

    rows: int = 0
    sqlstate: str = ""
    error: str = ""  # as psql prints it


@dataclass(frozen=True, slots=True)
class Played:
    """A scene and what became of it."""

    scene: Scene
    outcome: Outcome
    seconds: float  # from the end of the commands to the outcome
    as_expected: bool


def _filling(table: str, columns: str, values: str) -> str:
    """Return the statement that fills a table up to its 1000th row."""
    return (
        f"INSERT INTO {table} ({columns}) SELECT {values} "  # noqa: S608  # words of this file
        f"FROM generate_series((SELECT count(*) + 1 FROM {table}), 1000) n"
    )


ONE_CONTACT = "INSERT INTO Contact (name) VALUES ('One more')"
ONE_INVOICE = "INSERT INTO MrktInvoice (amount) VALUES (100)"
INVOICES = "SELECT * FROM MrktInvoice"


def _no_seat(user: str) -> Refusal:
    return Refusal("42501", ("mrktinvoice", "marketing", user, "seat"))


def _full(table: str, product: str) -> Refusal:
    return Refusal("53400", (table, product, "1000"))


STORY = (
    Scene(
        "Nothing is licensed: every table takes up to 1000 rows",
        "alice",
        _filling("Contact", "name", "'Contact ' || n"),
    ),
    Scene("Row 1001 is refused", "alice", ONE_CONTACT, _full("contact", "base")),
    Scene(
        "A server license for base lifts the limit",
        "alice",
        ONE_CONTACT,
        commands=("license upload base.lic",),
    ),
    Scene(
        "The add-on has no license yet: its tables still take 1000 rows",
        "bob",
        _filling("MrktInvoice", "amount", "n"),
    ),
    Scene("and not one more", "bob", ONE_INVOICE, _full("mrktinvoice", "marketing")),
    Scene(
        "A personal license for the add-on lets in whoever has a seat",
        "alice",
        ONE_INVOICE,
        commands=(
            "license upload marketing.lic",
            "seats grant marketing alice",
        ),
    ),
    Scene("Whoever has none is refused", "bob", INVOICES, _no_seat("bob")),
    Scene(
        "A seat lets bob in at once, on the connection he has",
        "bob",
        INVOICES,
        commands=("seats grant marketing bob",),
    ),
    Scene(
        "Taking it back shuts him out at once",
        "bob",
        INVOICES,
        _no_seat("bob"),
        commands=("seats revoke marketing bob",),
    ),
    Scene(
        "An expired license refuses: it is never demo mode again",
        "alice",
        INVOICES,
        Refusal("42501", ("mrktinvoice", "marketing", "alice", "expired")),
        commands=("license upload marketing-expired.lic",),
    ),
    Scene(
        "Deleting the licenses brings demo mode back: bob reads",
        "bob",
        INVOICES,
        commands=("license delete --all",),
    ),
    Scene(
        "and a table that is over the limit takes no more rows",
        "alice",
        ONE_CONTACT,
        _full("contact", "base"),
    ),
)


def play(
    story: Iterable[Scene], sessions: Mapping[str, Session], command: Callable[[str], None]
) -> Iterator[Played]:
    """Play the scenes in order, each yielded when it is over."""
    for scene in story:
        for line in scene.commands:
            command(line)
        yield _played(scene, sessions[scene.user])


def _played(scene: Scene, session: Session) -> Played:
    """Run the statement; after commands, until it comes out as it must or their time is over."""
    started = time.monotonic()
    patience = IN_FORCE_SECONDS if scene.commands else 0.0
    while True:
        outcome = run(session, scene.sql)
        seconds = time.monotonic() - started
        as_expected = _fits(outcome, scene.refusal)
        if as_expected or seconds >= patience:
            return Played(scene, outcome, seconds, as_expected)
        time.sleep(PAUSE_SECONDS)


def run(session: Session, sql: str) -> Outcome:
    """Run one statement and return what came of it."""
    try:
        return Outcome(rows=session.execute(sql.encode()).rowcount)
    except psycopg.Error as error:
        return Outcome(sqlstate=error.sqlstate or "", error=_as_psql(error))


def _as_psql(error: psycopg.Error) -> str:
    diagnostic = error.diag
    lines = (
        ("ERROR", diagnostic.message_primary or str(error)),
        ("DETAIL", diagnostic.message_detail),
        ("HINT", diagnostic.message_hint),
    )
    return "\n".join(f"{name}:  {text}" for name, text in lines if text)


def _fits(outcome: Outcome, refusal: Refusal | None) -> bool:
    if refusal is None:
        return not outcome.error
    return outcome.sqlstate == refusal.sqlstate and all(
        word in outcome.error for word in refusal.words
    )
