"""What is in force, kept current inside of the test's own process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from licensing import Licensing

from pgtoll import config
from pgtoll.audit import Audit, Record
from pgtoll.clock import Clock
from pgtoll.config import Config
from pgtoll.gate import Gate
from pgtoll.parsing.bodies import Bodies
from pgtoll.upkeep.upkeep import Upkeep
from pgtoll_policy.bodies import read_body
from pgtoll_policy.body import Body, BodyText
from pgtoll_policy.verdict import Kind, Verdict

STEP = 0.02
SECONDS = 10.0  # for what takes milliseconds, on a busy machine


@dataclass
class Kept:
    """An upkeep at work, and what it keeps."""

    upkeep: Upkeep
    gate: Gate
    audit: Audit
    clock: Clock
    catalog_changed: asyncio.Event = field(default_factory=asyncio.Event)

    def settled(self) -> bool:
        """Whether the catalog in force is known to be that of the database."""
        return not (self.gate.stale or self.catalog_changed.is_set())

    def lacks(self, user: str) -> set[str]:
        """The products that a user has no license for now."""
        return set(self.gate.picture.policy.standing(user, self.clock.now()).lacks)

    def knows(self, table: str) -> bool:
        """Whether a table is in the catalog in force."""
        relations = self.gate.picture.catalog.relations.values()
        return any(relation.name == table for relation in relations)

    def products_of(self, table: str) -> set[str]:
        """The products that a table is pinned to."""
        relations = self.gate.picture.catalog.relations.values()
        return {code for one in relations if one.name == table for code in one.products}

    def refuse(self, number: int = 1) -> None:
        """Note refusals, as a session does."""
        for i in range(number):
            verdict = Verdict(Kind.REFUSE, sqlstate="42501", product="marketing", table=f"t{i}")
            self.audit.add(Record(datetime.now(UTC), "bob", f"SELECT {i}", verdict))


async def soon(holds: Callable[[], bool], within: float) -> bool:
    """Whether something comes to hold within some seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            while not holds():  # noqa: ASYNC110 (nobody says when it does)
                await asyncio.sleep(STEP)
    return holds()


async def _read_in_place(text: BodyText) -> Body:
    return read_body(text)


def settings_for(sold: Licensing, *, store: str = "") -> Config:
    """The configuration of a proxy in front of a database."""
    return Config(
        server=config.Server(sold.database.dsn),
        store=config.Store(store or sold.database.dsn),
        trust=config.Trust((sold.vendor.public,)),
    )


@asynccontextmanager
async def keeping(sold: Licensing, *, store: str = "") -> AsyncIterator[Kept]:
    """Keep what is in force in a database current, while the context lasts."""
    audit, clock = Audit(), Clock()
    settings = settings_for(sold, store=store)
    upkeep = await Upkeep.begin(settings, clock, audit, Bodies(_read_in_place))
    try:
        kept = Kept(upkeep, Gate(await upkeep.picture(), clock.now), audit, clock)
        async with asyncio.TaskGroup() as tasks:
            first = kept.gate.picture
            task = tasks.create_task(upkeep.run(kept.gate, kept.catalog_changed))
            try:
                # Everything is read again when it begins to listen.
                assert await soon(lambda: kept.gate.picture is not first, SECONDS)
                assert await soon(kept.settled, SECONDS)
                yield kept
            finally:
                task.cancel()
    finally:
        await upkeep.end()


def with_kept(
    sold: Licensing, story: Callable[[Kept], Awaitable[None]], *, store: str = ""
) -> None:
    """Run a story about what is in force."""

    async def tell() -> None:
        async with keeping(sold, store=store) as kept:
            await story(kept)

    asyncio.run(tell())
