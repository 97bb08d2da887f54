"""What PostgreSQL is asked about a licensee behind their statements, and what its answers mean."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from pgtoll import accounts
from pgtoll.catalog.marks import Mark, mistrust_text, steady_text, still_steady
from pgtoll.engine.ways import Cap
from pgtoll.in_force import InForce
from pgtoll.licensee import Licensee
from pgtoll.session.effects import Sure
from pgtoll.session.own_rounds import FLUSH_STATISTICS, NOTHING_TO_FLUSH
from pgtoll.withheld import KEPT_STATES
from pgtoll_policy.policy import Policy, Standing
from pgtoll_policy.verdict import Verdict, over_cap, products_of, watched_failure, watched_touch


class Checked(Licensee):
    """A licensee whose statements PostgreSQL is asked about."""

    def __init__(self, gate: InForce, role: str, *, replication: bool, doubt: str) -> None:
        # The texts of checks, and for which mark they are: until the next look.
        self._checks: dict[bool, tuple[object, bytes]] = {}
        super().__init__(gate, role, replication=replication, doubt=doubt)

    def _look(self) -> Standing:
        self._checks.clear()
        return super()._look()

    @property
    def _policy(self) -> Policy:
        return self._gate.picture.policy

    # What is asked

    @property
    def put_away(self) -> bytes:
        return FLUSH_STATISTICS if self._gate.ways.flushes else NOTHING_TO_FLUSH

    def before_watch(self, mark: object) -> bytes:
        return accounts.before_watch(self._asked, mark)

    def witness(
        self,
        *,
        final: bool,
        watched: bool,
        sure: Sure | None = None,
        filled: Collection[int] | None = None,
    ) -> bytes:
        ways, asked = self._gate.ways, self._asked_but(sure)
        check = "watched" if watched else "witness"
        self._gate.checks[check] += 1
        if ways.cap is Cap.NAMES:
            return accounts.count_named(asked, filled, final=final)
        first = accounts.count_distributed(asked, final=final) if ways.distributed else ""
        if not final and not first:
            return f"SELECT pgtoll.{check}({asked},false)".encode()
        if not final:
            return f"SELECT COALESCE({first}pgtoll.{check}({asked},false))".encode()
        # It returns NULL when more has to be done to be sure that nothing deferred is left.
        last = f"pgtoll.{check}({asked},true),pgtoll.settle({asked})"
        return f"SELECT COALESCE({first}{last})".encode()

    @property
    def mark(self) -> Mark | None:
        return self._gate.picture.mark

    def steady(self, mark: object, *, final: bool) -> bytes:
        if not isinstance(mark, Mark):
            return self.witness(final=final, watched=False)
        self._gate.checks["steady"] += 1
        known = self._checks.get(final)
        if known is not None and known[0] is mark and self._picture is self._gate.picture:
            return known[1]
        text = steady_text(mark, self._asked, final=final, strict=self._beyond_account)
        self._checks[final] = mark, text
        return text

    def mistrust(self, mark: object, *, final: bool) -> bytes:
        full = self.witness(final=final, watched=False)
        return mistrust_text(still_steady(mark), full, self._asked, final=final)

    def still_steady(self, mark: object) -> bytes:
        return still_steady(mark)

    @property
    def _beyond_account(self) -> bool:
        """Whether code in this database may touch what is lacked where no account shows it."""
        catalog = self._gate.picture.catalog
        if catalog.ambient_unwatchable:
            return True
        return any(
            not products_of(one, self._policy).isdisjoint(self.standing.lacks)
            for one in catalog.of_oids(catalog.ambient_aside)
        )

    def queue_up(self, emptied: Iterable[int]) -> bytes:
        """The statement that takes the places of tables in the ledger before they are emptied."""
        return accounts.queue_up(self._asked, emptied)

    def note(self, mark: object, *, ahead: bool) -> bytes:
        return accounts.note(self._asked, mark, ahead=ahead)

    def account(
        self, *, committed: bool = False, noted: bool = False, sure: Sure | None = None
    ) -> bytes:
        self._gate.checks["account"] += 1
        return accounts.account(self._asked_but(sure), committed=committed, noted=noted)

    def glance(self, mark: object, *, committed: bool = False, rows: bool = False) -> bytes:
        return accounts.glance(self._asked, mark, committed=committed, rows=rows)

    @property
    def _asked(self) -> str:
        """What the database's functions are asked about: the cap, and products by their ids."""
        return self._asked_but(None)

    def _asked_but(self, sure: Sure | None) -> str:
        """The same, with what the database need not look at."""
        standing, ids = self.standing, self._gate.picture.product_ids
        demo, lacked = (
            f"ARRAY[{','.join(str(ids[code]) for code in sorted(codes))}]::int[]"
            for codes in (standing.demo, standing.lacks)
        )
        if sure is not None and isinstance(sure.mark, Mark):
            demo = accounts.proven(demo, sure.mark, sure.numbers)
        return f"{self._policy.cap},{demo},{lacked}"

    # What the answers mean

    def found(self, account: bytes) -> Verdict:
        told = accounts.read(account)
        if told is None:
            return watched_failure(self.user)
        if told.rule == "unsure":
            failure = replace(watched_failure(self.user), sqlstate=told.sqlstate, hint=told.hint)
            return replace(failure, message=told.message, detail=told.detail)
        where = (told.schema, told.table, told.product)
        return self.over_cap(*where, told.cap) if told.rule == "cap" else self.touched(*where)

    def over_cap(self, schema: str, table: str, product: str, cap: str) -> Verdict:
        return over_cap(
            self._policy, self.user, schema, table, product, int(cap) if cap.isdecimal() else 0
        )

    def touched(self, schema: str, table: str, product: str) -> Verdict:
        return watched_touch(self._policy, self.user, self._gate.now(), schema, table, product)

    def failed_unchecked(self, sqlstate: str) -> Verdict:
        verdict = watched_failure(self.user)
        if sqlstate in KEPT_STATES:
            return replace(verdict, sqlstate=sqlstate, message=KEPT_STATES[sqlstate])
        return verdict
