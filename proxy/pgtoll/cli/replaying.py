"""A rehearsal as its command runs it: what is asked for, read and checked; progress; the result."""

import asyncio
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from pgtoll.cli.storing import present
from pgtoll.config import Config, read_limited
from pgtoll.errors import BadRecording, ConfigError
from pgtoll.office.documents import MOST_FILES, NamedFile
from pgtoll.office.drafts import Draft, Drafted, drafted
from pgtoll.office.holdings import Holdings
from pgtoll.office.judging import Judges
from pgtoll.office.rehearsal import Rehearsal, Terms, rehearse
from pgtoll.recording.files import Recording
from pgtoll.store.link import Link
from pgtoll.store.store import Store
from pgtoll_policy.envelope import MAX_FILE_BYTES


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command was given."""

    file: Path
    files: tuple[Path, ...] = ()
    without: tuple[str, ...] = ()
    recall: tuple[str, ...] = ()  # CODE=USER
    grant: tuple[str, ...] = ()
    at: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What has come of it."""

    file: Path
    told: tuple[str, ...]  # what makes the difference, a line each
    rehearsal: Rehearsal


def run(config: Config, asked: Asked) -> Done:
    """Rehearse. Raises a PgtollError or a LicenseError that says what is wrong."""
    draft = _draft(asked)
    moment = _moment(asked.at)
    with _opened(asked.file) as file:
        try:
            recording = Recording(file)
            terms, told = asyncio.run(_terms(config, draft, moment))
            found = rehearse(recording, *terms, show=_show(recording.header.entries))
        except BadRecording as exc:
            raise BadRecording(f"{asked.file}: {exc}") from exc
        finally:
            _clear_line()
    return Done(asked.file, told, found)


def _opened(path: Path) -> BinaryIO:
    """Open a file. Raises ConfigError."""
    try:
        return path.open("rb")
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the name
        reason = getattr(exc, "strerror", None) or str(exc)
        raise ConfigError(f"cannot read {path}: {reason.lower()}") from exc


async def _terms(
    config: Config, draft: Draft, at: datetime | None
) -> tuple[tuple[Terms, Terms], tuple[str, ...]]:
    """Return what is, what would be, and what makes the difference."""
    store = await Store.connect(config.store.dsn)
    now = await present(store)
    await store.close()
    plans = await _planned(config, draft, now)
    judges = Judges(config)
    try:
        ways, strict = await judges.ways()
        before = Terms(plans.before, await judges.catalog(plans.before), now, strict, ways)
        after = Terms(plans.after, await judges.catalog(plans.after), at or now, strict, ways)
    finally:
        await judges.close()
    if at is not None and at < now:
        raise ConfigError(f"--at {at:%Y-%m-%d}: that day is over; licenses never go back in time")
    told = plans.told + ((f"on {at:%Y-%m-%d}",) if at else ())
    return (before, after), told


async def _planned(config: Config, draft: Draft, now: datetime) -> Drafted:
    keys, link = config.trust.keys(), Link(config.store.dsn)
    try:
        async with link.transaction("read what is held") as connection:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            held = await Holdings.of(config).read(connection)
            return await drafted(connection, held, draft, keys, now)
    finally:
        await link.close()


def _draft(asked: Asked) -> Draft:
    if len(asked.files) > MOST_FILES:
        raise ConfigError(f"--with: more than {MOST_FILES} files are too many for one upload")
    files = tuple(NamedFile(str(path), read_limited(path, MAX_FILE_BYTES)) for path in asked.files)
    return Draft(
        files, asked.without, _seats("--recall", asked.recall), _seats("--grant", asked.grant)
    )


def _seats(option: str, given: Iterable[str]) -> dict[str, tuple[str, ...]]:
    seats: dict[str, tuple[str, ...]] = {}
    for one in given:
        product, equals, user = one.partition("=")
        if not (product and equals and user):
            raise ConfigError(f"{option} {one}: write CODE=USER, as in {option} marketing=alice")
        seats[product] = tuple(dict.fromkeys((*seats.get(product, ()), user)))
    return seats


def _moment(text: str) -> datetime | None:
    """Return the end of a day: a license that ends with it is over by then."""
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        return day + timedelta(days=1) - timedelta(seconds=1)
    except (ValueError, OverflowError) as exc:
        raise ConfigError(f"--at {text}: not a day; write it as 2027-01-31") from exc


def _show(entries: int) -> Callable[[int], None]:
    """Return what shows on a terminal how much is decided."""

    def show(done: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\rdeciding: {100 * done // max(entries, 1)} %")
            sys.stderr.flush()

    return show


def _clear_line() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r" + " " * 20 + "\r")
