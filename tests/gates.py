"""Gates in front of the shop of catalog_samples: tests set the clocks, texts are read at once."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from catalog_samples import CATALOG
from license_samples import NOW

from pgtoll.catalog.marks import Mark
from pgtoll.engine.ways import BEST, Ways
from pgtoll.gate import Gate, UserJudge
from pgtoll.in_force import Picture
from pgtoll.session.effects import Ruling
from pgtoll_policy.catalog import Catalog
from pgtoll_policy.facts import Script
from pgtoll_policy.policy import Policy
from pgtoll_policy.statement import read_script

IDS = {"base": 1, "marketing": 2}
INVOICES = b"SELECT * FROM mrktinvoice WHERE id = 1"
CONTACTS = b"SELECT * FROM contact WHERE id = 1"


@dataclass
class Clocks:
    """The time of day, and the seconds since some moment."""

    now: datetime = NOW
    elapsed: float = 100.0

    def advance(self, by: timedelta) -> None:
        self.now += by
        self.elapsed += by.total_seconds()


@dataclass
class Reading:
    """Reads as the parser processes do, and remembers what; a refusal may be added."""

    refusal: str = ""
    read: list[str] = field(default_factory=list)

    async def __call__(self, text: str, *, standard_conforming_strings: bool, user: str) -> Script:
        self.read.append(text)
        script = read_script(text, standard_conforming_strings=standard_conforming_strings)
        return replace(script, refusal=self.refusal or script.refusal)


def gate_of(
    policy: Policy,
    clocks: Clocks | None = None,
    *,
    observe: bool = False,
    mark: Mark | None = None,
    catalog: Catalog = CATALOG,
    ways: Ways = BEST,
) -> Gate:
    clocks = clocks or Clocks()
    return Gate(
        Picture(policy, catalog, IDS, mark),
        lambda: clocks.now,
        observe=observe,
        ways=ways,
        elapsed=lambda: clocks.elapsed,
    )


def learned(judge: UserJudge, sql: bytes, reading: Reading | None = None) -> list[str]:
    """Have a text read and return what the reader was asked for."""
    reading = reading or Reading()
    asyncio.run(judge.learn(sql, reading))
    return reading.read


def ruled(judge: UserJudge, sql: bytes, doubt: str = "") -> tuple[Ruling, ...]:
    learned(judge, sql)
    rulings = judge.rule(sql, doubt)
    assert rulings is not None
    return rulings
