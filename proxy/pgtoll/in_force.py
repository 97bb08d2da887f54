"""What is in force: a picture of the policy and the catalog, and whether it may be out of date."""

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pgtoll import calls
from pgtoll.attendance import Attendance
from pgtoll.catalog.marks import Mark
from pgtoll.engine.ways import BEST, Cap, Ways
from pgtoll.parsing.facts_cache import FactsCache
from pgtoll.recording.tally import Tally
from pgtoll.rulings import SharedRulings
from pgtoll_policy.catalog import Catalog
from pgtoll_policy.policy import Policy, Standing
from pgtoll_policy.verdict import Kind, Sight

# How long a statement waits for the catalog to be read again, in seconds: the first, when reading
# it has failed; the second as long as it is only slow, as on a machine that is very busy.
PATIENCE_SECONDS = 2.0
LONGEST_SECONDS = 10.0

MOST_STANDINGS = 10_000  # of users, kept for sessions that come


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Picture:
    """What is in force: replaced as a whole, never changed."""

    policy: Policy
    catalog: Catalog
    product_ids: Mapping[str, int]  # how the witness calls the products
    mark: Mark | None = None  # the catalog shows all DDL up to it; None where nobody counts DDL


class InForce:
    """All that ever changes here is which picture is in force, and whether it may be out of date.

    When the database may have another catalog than the picture, that is `stale`: statements
    wait until it is settled; those that have waited long enough are judged, but nothing counts as
    proven.
    """

    def __init__(
        self,
        picture: Picture,
        now: Callable[[], datetime],
        *,
        observe: bool = False,
        strict: bool = False,
        impersonators: Collection[str] = (),
        ways: Ways = BEST,
        elapsed: Callable[[], float] | None = None,
        grace: float = math.inf,
    ) -> None:
        self.picture = picture
        self.now = now
        self._elapsed = elapsed  # None: by the clock of the machine
        # Until when the policy is known to be the one that is stored, by `seconds`; how long after
        # that it is still gone by; and what keeps it from being confirmed.
        self.confirmed = self.seconds()
        self.grace = grace
        self.problem = ""
        self.observe = observe
        self.strict = strict  # code that is not read does not run for who lacks something
        self.impersonators = frozenset(impersonators)  # roles whose sessions name their users
        self.go_by(ways, strict=strict)
        self.stale = False
        self.doubts = 0  # how often somebody has had reason to doubt the picture
        self.readable = True  # the catalog could be read when that was last tried
        self._settled = asyncio.Event()
        self.facts = FactsCache()
        self.rulings = SharedRulings()
        self.attendance = Attendance()
        self._standings: dict[str, Standing] = {}  # by user
        self._standings_of = picture.policy
        self._standings_lapsed = ""
        self.judged = 0  # statements given a verdict since the start
        self.verdicts: Counter[tuple[Kind, str]] = Counter()  # those, by kind and product
        self.checks: Counter[str] = Counter()  # asked of the database, by kind
        self.tally: Tally | None = None  # counts each statement while somebody records

    def go_by(self, ways: Ways, *, strict: bool) -> None:
        """Check statements in these ways; if `strict`, code that is not read does not run."""
        self.ways, self.strict = ways, strict
        self.sight = Sight(touched=ways.watches, filled=ways.cap is not Cap.NAMES)

    def elapsed(self) -> float:
        """Seconds since some moment."""
        return self.seconds()

    def seconds(self) -> float:
        """The same, for C to call."""
        return calls.now() if self._elapsed is None else self._elapsed()

    def record(self, tally: Tally | None) -> None:
        """Have each statement counted, or none any more: every session looks anew at its next."""
        self.tally = tally
        self.picture = replace(self.picture)

    @property
    def lapses(self) -> float:
        """When the policy is gone by no more, by `seconds`, unless it is confirmed before."""
        return self.confirmed + self.grace

    @property
    def lapsed(self) -> str:
        """Why the policy is gone by no more; empty as long as it is."""
        if self.seconds() < self.lapses:
            return ""
        why = f": {self.problem}" if self.problem else ""
        return f"The store has confirmed nothing for {self.grace:g} seconds (store_grace){why}."

    def standing(self, user: str, now: datetime) -> Standing:
        """Return what the user's statements meet now: many sessions of one user may begin."""
        policy, lapsed = self.picture.policy, self.lapsed
        same = self._standings_of is policy and self._standings_lapsed == lapsed
        if not same or len(self._standings) >= MOST_STANDINGS:
            self._standings_of, self._standings_lapsed, self._standings = policy, lapsed, {}
        known = self._standings.get(user)
        if known is None or known.ends(now):
            known = policy.standing(user, now)
            known = replace(known, lapsed=lapsed) if lapsed else known
            self._standings[user] = known
        return known

    def doubt_catalog(self) -> None:
        """The database may have another catalog than the picture, as of now."""
        self.doubts += 1
        self.mistrust_catalog()

    def mistrust_catalog(self) -> None:
        """The picture is being replaced, or nobody knows whether it has to be."""
        self.stale = True
        self._settled.clear()

    def trust_catalog(self, doubts: int) -> None:
        """The picture is that of the database as it was when there were so many `doubts`.

        One that came later stands: the look that would settle it has not begun yet.
        """
        if doubts == self.doubts:
            self.stale = False
            self._settled.set()

    async def settled(self) -> bool:
        """Wait until the picture can be trusted; False when that takes too long."""
        if await self._settles(PATIENCE_SECONDS):
            return True
        return self.readable and await self._settles(LONGEST_SECONDS - PATIENCE_SECONDS)

    async def _settles(self, within: float) -> bool:
        try:
            async with asyncio.timeout(within):
                while self.stale:
                    await self._settled.wait()
        except TimeoutError:
            return False
        return True
