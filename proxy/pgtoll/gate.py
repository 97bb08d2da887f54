"""Where SQL meets the policy in force. It fails closed; it caches facts, and no verdict beyond the
next look at the policy, the catalog and the clock.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from pgtoll import accounts, encodings
from pgtoll.facts_cache import Facts, FactsCache
from pgtoll.fickleness import is_fickle, is_plain, is_proven_anyway
from pgtoll.marks import Mark, mistrust_text, steady_text, still_steady
from pgtoll.rulings import LONGEST, KeptRulings
from pgtoll.session.effects import Ruling
from pgtoll.withheld import KEPT_STATES
from pgtoll_policy.catalog import Catalog, Reach, doubted
from pgtoll_policy.facts import Script, Statement
from pgtoll_policy.policy import Policy, Standing
from pgtoll_policy.verdict import (
    Kind,
    Verdict,
    decide_for,
    over_cap,
    products_of,
    unchecked,
    unreadable,
    watched_failure,
    watched_touch,
)

# How long a look at the clock is good for, unless a license begins or ends before: clocks are set.
LOOK_SECONDS = 1.0

# How long a statement waits for the catalog to be read again, in seconds: the first, when reading
# it has failed; the second as long as it is only slow, as on a machine that is very busy.
PATIENCE_SECONDS = 2.0
LONGEST_SECONDS = 10.0

# Where a statement ends that is the whole of every text of its shape.
_ANY_END = sys.maxsize


class Reader(Protocol):
    """Reads SQL text, somewhere out of the way."""

    async def __call__(self, text: str, *, standard_conforming_strings: bool, user: str) -> Script:
        """The facts of a user's text; it raises nothing for hostile ones."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Picture:
    """What is in force: replaced as a whole, never changed."""

    policy: Policy
    catalog: Catalog
    product_ids: Mapping[str, int]  # how the witness calls the products
    mark: Mark | None = None  # the catalog shows all DDL up to it; None where nobody counts DDL


class Gate:
    """All that ever changes here is which picture is in force, and whether it may be out of date.

    When the database may have another catalog than the picture, the gate is `stale`: statements
    wait until it is settled; those that have waited long enough are judged, but nothing counts as
    proven.
    """

    def __init__(
        self,
        picture: Picture,
        now: Callable[[], datetime],
        *,
        observe: bool = False,
        impersonators: Collection[str] = (),
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self.picture = picture
        self.now = now
        self.elapsed = elapsed  # seconds since some moment
        self.observe = observe
        self.impersonators = frozenset(impersonators)  # roles whose sessions name their users
        self.stale = False
        self.doubts = 0  # how often somebody has had reason to doubt the picture
        self.readable = True  # the catalog could be read when that was last tried
        self._settled = asyncio.Event()
        self.facts = FactsCache()
        self.judged = 0  # statements given a verdict since the start
        self.verdicts: Counter[tuple[Kind, str]] = Counter()  # those, by kind and product
        self.checks: Counter[str] = Counter()  # asked of the database, by kind

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

    def judge(
        self,
        role: str,
        *,
        replication: bool = False,
        doubt: str = "",
    ) -> "UserJudge":
        """The gate as one session of a login role sees it; a `doubt` holds for all of it."""
        return UserJudge(self, role, replication=replication, doubt=doubt)


class UserJudge:
    """The gate for one session: its user, and the settings its text is to be read under."""

    def __init__(self, gate: Gate, role: str, *, replication: bool, doubt: str) -> None:
        self._gate = gate
        self._role = self.user = role  # the user, whose licenses count, may be another
        self.impersonates = role in gate.impersonators
        self._replication = replication
        self._doubt = doubt
        self._waited = False  # long enough for the catalog to be read again
        self._encoding = self._server_encoding = "UTF8"
        self.standard_conforming_strings = True
        self._picture: Picture | None = None  # that `standing` is from
        self._until = 0.0  # when to look again, by the gate's timer
        self._clear = False
        self.observes = gate.observe
        self._kept = KeptRulings()
        self._found: tuple[bytes, Facts] | None = None  # the facts that were looked for last
        self._checks: dict[bool, tuple[object, bytes]] = {}  # texts of checks, and for which mark
        self.standing = self._look()
        self.lacked = frozenset(self.standing.lacks)

    def renew(self) -> None:
        self.observes = self._gate.observe
        self._kept.forget()

    @property
    def mute(self) -> bool:
        return self._replication

    @property
    def caps(self) -> bool:
        return bool(self.standing.demo)

    @property
    def clear(self) -> bool:
        """Look at what is in force now; `lacked` and `standing` are from the same look.

        What may name another user is always read.
        """
        gate = self._gate
        if self._picture is not gate.picture or gate.elapsed() >= self._until:
            self._look()
        return self._clear

    @property
    def own_trigger(self) -> int:
        return 0 if self._doubt else self._gate.picture.catalog.noticing

    def name_of(self, value: bytes) -> str:
        return self.text_of(value) or value.decode(errors="replace")

    def identify(self, name: str) -> None:
        user = name or self._role
        if user != self.user:
            self.user, self._picture = user, None
            self._kept.forget()
            self._look()

    def _look(self) -> Standing:
        gate, now = self._gate, self._gate.now()
        self._checks.clear()
        known, self._picture = self._picture, gate.picture
        policy = self._picture.policy
        if known is None or known.policy is not policy or self.standing.ends(now):
            self.standing = policy.standing(self.user, now)
            self.lacked = frozenset(self.standing.lacks)
            self._clear = self.standing.clear and not self.impersonates
        left = (self.standing.until - now).total_seconds() if self.standing.until else LOOK_SECONDS
        self._until = gate.elapsed() + min(left, LOOK_SECONDS)
        return self.standing

    def set_parameter(self, name: bytes, value: bytes) -> None:
        self._kept.forget()
        self._found = None
        if name == b"client_encoding":
            self._encoding = value.decode(errors="replace").upper()
        elif name == b"server_encoding":
            self._server_encoding = value.decode(errors="replace").upper()
        elif name == b"standard_conforming_strings":
            self.standard_conforming_strings = value != b"off"

    # Reading

    def text_of(self, sql: bytes) -> str | None:
        """The text as the server reads it; None when it cannot be told."""
        return encodings.read(sql, self._encoding, self._server_encoding)

    def key(self, sql: bytes) -> object:
        """What the facts of a text depend on besides the text itself."""
        if self.standard_conforming_strings and (self._encoding == "UTF8" or sql.isascii()):
            return sql
        return (self._encoding, self.standard_conforming_strings, sql)

    async def learn(self, sql: bytes, read: Reader) -> None:
        """Have the facts of a text read and kept, and the catalog settled."""
        key, text = self.key(sql), self.text_of(sql)
        shapeable = sql if key is sql else None
        if text is not None and not self._gate.facts.has(key, shapeable):
            standard = self.standard_conforming_strings
            script = await read(text, standard_conforming_strings=standard, user=self.user)
            self._gate.facts.keep(key, shapeable, script)
        self._waited = not await self._gate.settled()

    # Judging

    def rule(self, sql: bytes, doubt: str) -> tuple[Ruling, ...] | None:
        gate = self._gate
        if doubt or gate.stale:
            doubted_rulings = self._rule(sql, doubt)
            return doubted_rulings and self._counted(doubted_rulings)
        if (rulings := self._kept.find(sql, self.standing, gate.picture)) is not None:
            self._waited = False
            gate.judged += len(rulings)
            gate.facts.exact_hits += 1
            return self._counted(rulings)
        if (rulings := self._rule(sql, "")) is not None:
            self._kept.keep(sql, rulings)
            self._counted(rulings)
        return rulings

    def _counted(self, rulings: tuple[Ruling, ...]) -> tuple[Ruling, ...]:
        verdicts = self._gate.verdicts
        for ruling in rulings:
            verdict = ruling.noted or ruling.verdict
            verdicts[verdict.kind, verdict.product] += 1
        return rulings

    def _rule(self, sql: bytes, doubt: str) -> tuple[Ruling, ...] | None:
        if self._replication:
            return (self._whole(sql, "a replication connection is for those who lack nothing"),)
        if not sql.isascii() and self.text_of(sql) is None:
            reason = f"it is not readable in client_encoding {self._encoding}"
            return (self._whole(sql, reason),)
        facts = self._facts(sql)
        if facts is None or (self._gate.stale and not self._waited):
            return None
        self._waited = False
        sure = not (doubt or self._gate.stale)
        if sure and (rulings := self._kept.find_shape(facts)) is not None:
            self._gate.judged += 1
            return rulings
        rulings = self._rule_facts(sql, facts, doubt)
        if sure and len(rulings) == 1 and rulings[0].statement.end == _ANY_END:
            self._kept.keep_shape(facts, rulings)
        return rulings

    def _facts(self, sql: bytes) -> Facts | None:
        """What is known of a text; that of a short one is looked for once in a row."""
        if self._found is not None and self._found[0] == sql:
            return self._found[1]
        key = self.key(sql)
        facts = self._gate.facts.find(key, sql if key is sql else None)
        if facts is not None:
            self._found = (sql, facts) if len(sql) <= LONGEST else None
        return facts

    def proven(self, sql: bytes) -> bool:
        gate = self._gate
        if gate.stale:
            return False
        if (rulings := self._kept.find(sql, self.standing, gate.picture)) is not None:
            gate.facts.exact_hits += 1
        elif self._kept.has_shapes and sql.isascii() and self.standard_conforming_strings:
            facts = self._facts(sql)
            rulings = None if facts is None else self._kept.find_shape(facts)
        if rulings is None or len(rulings) != 1 or not rulings[0].plain:
            return False
        self._waited = False
        gate.judged += 1
        self._counted(rulings)
        return True

    def _rule_facts(self, sql: bytes, facts: Facts, doubt: str) -> tuple[Ruling, ...]:
        script = facts.script
        if script.rejected:
            return (self._whole(sql, "its syntax is unknown")._replace(rejected=True),)
        if script.refusal and (self.lacked or not script.statements):
            return (self._whole(sql, script.refusal),)
        picture = self._gate.picture
        catalog = picture.catalog
        reaches = facts.reaches(catalog, discreet=self._role in catalog.discreet)
        doubt = doubt or self._doubt or ("the catalog has changed" if self._gate.stale else "")
        rulings = []
        for reached in reaches:
            rulings.append(self._rule_one(reached, picture.policy, doubt))
            if rulings[-1].opaque or reached.statement.ddl:
                doubt = doubt or "a statement before it may have changed the catalog"
        if len(rulings) == 1 and script.shapeable:
            whole = replace(rulings[0].statement, start=0, end=_ANY_END)
            return (rulings[0]._replace(statement=whole),)
        if not sql.isascii() and self._encoding != "UTF8":
            return tuple(self._in_client_bytes(sql, rulings))
        return tuple(rulings)

    def _rule_one(self, reached: Reach, policy: Policy, doubt: str) -> Ruling:
        if doubt and not is_proven_anyway(reached.statement):
            reached = doubted(reached, doubt)
        verdict = decide_for(
            reached, policy, self.user, self.standing, impersonates=self.impersonates
        )
        self._gate.judged += 1
        statement = reached.statement
        if self.observes and not self._accountable(statement, verdict):
            verdict = unchecked(verdict, statement.unwatchable or self._doubt, self.user)
        ruling = self._ruling(statement, verdict, opaque=bool(reached.opaque))
        ruling = ruling._replace(hides=ruling.opaque or reached.catches)
        steady = not self.standing.lacks  # nor does any name hold what they may not read
        return ruling if steady else self._unsteady(ruling._replace(probes=reached.probes))

    def _unsteady(self, ruling: Ruling) -> Ruling:
        """Say of what is proven whether it may mean another thing when it runs."""
        statement, picture = ruling.statement, self._gate.picture
        catalog = picture.catalog
        proven = ruling.verdict.kind in (Kind.ALLOW, Kind.CAP) and not ruling.noted
        if not proven or picture.mark is None or not is_fickle(statement, catalog):
            return ruling
        # Who only observes has nothing run before its time, and looks back at what ran at the end.
        defers = catalog.defers or (self.observes and bool(statement.writes or statement.body))
        plain = ruling.verdict.kind is Kind.ALLOW and not (ruling.opaque or defers)
        plain = plain and is_plain(statement)
        return ruling._replace(fickle=True, defers=defers, plain=plain)

    def _accountable(self, statement: Statement, verdict: Verdict) -> bool:
        """Whether an account can be asked for behind a statement, if one is due at all."""
        due = verdict.kind in (Kind.CAP, Kind.WATCH)
        # In another database there may be no schema of ours.
        return not due or not (statement.unwatchable or self._doubt)

    def _ruling(self, statement: Statement, verdict: Verdict, *, opaque: bool) -> Ruling:
        """In observe mode nothing is refused; what would be is noted."""
        proven = verdict.kind is Kind.ALLOW
        if self.observes and proven and statement.verb == _COMMITS_ROWS and self.caps:
            return Ruling(statement, Verdict(Kind.CAP, cap=True), opaque)
        if not self.observes or verdict.kind is not Kind.REFUSE:
            return Ruling(statement, verdict, opaque)
        return Ruling(statement, Verdict(Kind.ALLOW), opaque, noted=verdict)

    def _in_client_bytes(self, sql: bytes, rulings: Iterable[Ruling]) -> Iterable[Ruling]:
        """The statements' ranges, which are those of the UTF-8 text, in the client's own bytes."""
        text = (self.text_of(sql) or "").encode()
        codec = encodings.CODECS[self._encoding]
        for ruling in rulings:
            start, end = (
                len(text[:at].decode().encode(codec))
                for at in (ruling.statement.start, ruling.statement.end)
            )
            yield ruling._replace(statement=replace(ruling.statement, start=start, end=end))

    def _whole(self, sql: bytes, reason: str) -> Ruling:
        """The whole text is refused, because it cannot be judged."""
        statement = Statement("", 0, len(sql), opaque=reason)
        self._gate.judged += 1
        return self._ruling(statement, unreadable(reason, self.user), opaque=True)

    def rule_unseen(self, doubt: str) -> Ruling:
        statement = Statement("", 0, 0, opaque=doubt or "nobody has read its text")
        return self._rule_one(Reach(statement, opaque=statement.opaque), self._policy, "")

    def rule_unreadable(self, reason: str) -> Ruling:
        return self._whole(b"", reason)

    @property
    def _policy(self) -> Policy:
        return self._gate.picture.policy

    # The witness

    def before_watch(self) -> bytes:
        return f"SELECT pgtoll.before_watch({accounts.lacked_of(self._asked)})".encode()

    def witness(self, *, final: bool, watched: bool) -> bytes:
        asked, check = self._asked, "watched" if watched else "witness"
        self._gate.checks[check] += 1
        if not final:
            return f"SELECT pgtoll.{check}({asked},false)".encode()
        # It returns NULL when more has to be done to be sure that nothing deferred is left.
        return f"SELECT COALESCE(pgtoll.{check}({asked},true),pgtoll.settle({asked}))".encode()

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
            for one in catalog.of_bits(catalog.ambient_aside)
        )

    def note(self, *, ahead: bool) -> bytes:
        return accounts.note(self._asked, ahead=ahead)

    def account(self, *, committed: bool = False, noted: bool = False) -> bytes:
        self._gate.checks["account"] += 1
        return accounts.account(self._asked, committed=committed, noted=noted)

    def glance(self, mark: object, *, committed: bool = False, rows: bool = False) -> bytes:
        return accounts.glance(self._asked, mark, committed=committed, rows=rows)

    @property
    def _asked(self) -> str:
        """What the database's functions are asked about: the cap, and products by their ids."""
        standing, ids = self.standing, self._gate.picture.product_ids
        demo, lacked = (
            ",".join(str(ids[code]) for code in sorted(codes))
            for codes in (standing.demo, standing.lacks)
        )
        return f"{self._policy.cap},ARRAY[{demo}]::int[],ARRAY[{lacked}]::int[]"

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


# It runs nothing, but brings the rows that were prepared: where nobody waits for a place in the
# ledger, these are counted behind it.
_COMMITS_ROWS = "commit prepared"
