"""Where SQL meets the policy in force. It fails closed; it caches facts, and no verdict beyond the
next look at the policy, the catalog and the clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pgtoll import encodings
from pgtoll.checks import Checked
from pgtoll.fickleness import is_fickle, is_plain, is_proven_anyway
from pgtoll.in_force import InForce
from pgtoll.parsing.facts_cache import Facts
from pgtoll.parsing.learning import Reader, learn_long
from pgtoll.recording.tally import Said, Who
from pgtoll.rulings import LONGEST, KeptRulings
from pgtoll.session.effects import Ruling
from pgtoll_policy.catalog import Relation
from pgtoll_policy.concerns import Concern
from pgtoll_policy.facts import ANY_END, Statement
from pgtoll_policy.lexer import may_hold_strings
from pgtoll_policy.policy import Policy
from pgtoll_policy.reach import Reach, doubted
from pgtoll_policy.shape import MAX_BYTES
from pgtoll_policy.unread import CHANGED_BEFORE, OF_WHAT_IS_READ, UNSEEN
from pgtoll_policy.verdict import (
    Kind,
    Verdict,
    decide_for,
    lapsed,
    tells_fills,
    unchecked,
    unread,
    unreadable,
)

# It runs nothing, but brings the rows that were prepared: where nobody waits for a place in the
# ledger, these are counted behind it.
_COMMITS_ROWS = "commit prepared"

# The parameters that a text is read under.
_READ_UNDER = (b"client_encoding", b"server_encoding", b"standard_conforming_strings")


def _fills(reached: Reach) -> frozenset[int] | None:
    """Return the tables that may get new rows, None when reading does not tell."""
    return _oids(reached.inserts) if tells_fills(reached) else None


def _oids(relations: Iterable[Relation]) -> frozenset[int]:
    return frozenset(one.oid for one in relations)


class Gate(InForce):
    """What is in force, as sessions meet it."""

    def judge(
        self,
        role: str,
        *,
        replication: bool = False,
        doubt: str = "",
    ) -> "UserJudge":
        """The gate as one session of a login role sees it; a `doubt` holds for all of it."""
        return UserJudge(self, role, replication=replication, doubt=doubt)


class UserJudge(Checked):
    """The gate for one session: its user, and the settings its text is to be read under."""

    def __init__(self, gate: InForce, role: str, *, replication: bool, doubt: str) -> None:
        super().__init__(gate, role, replication=replication, doubt=doubt)
        self._waited = False  # long enough for the catalog to be read again
        self._encoding = self._server_encoding = "UTF8"
        self.standard_conforming_strings = True
        self._found: tuple[bytes, Facts] | None = None  # the facts that were looked for last
        self._kept = self._shared()

    def _shared(self) -> KeptRulings:
        """The rulings of all sessions that are judged, and whose text is read, like this one's."""
        judged = (self._role, self.user, self.impersonates, self._replication, self._doubt)
        by = (self.observes, self._gate.strict)
        read = (self._encoding, self._server_encoding, self.standard_conforming_strings)
        return self._gate.rulings.of((judged, by, read))

    def renew(self) -> None:
        super().renew()
        self._kept = self._shared()

    def identify(self, name: str) -> None:
        before = self.user
        super().identify(name)
        if self.user != before:
            self._kept = self._shared()
            self._gate.attendance.note(self.user)

    def set_parameter(self, name: bytes, value: bytes) -> None:
        if name not in _READ_UNDER:
            return
        self._found = None
        if name == b"client_encoding":
            self._encoding = value.decode(errors="replace").upper()
        elif name == b"server_encoding":
            self._server_encoding = value.decode(errors="replace").upper()
        elif name == b"standard_conforming_strings":
            self.standard_conforming_strings = value != b"off"
        self._kept = self._shared()

    def name_of(self, value: bytes) -> str:
        return self.text_of(value) or value.decode(errors="replace")

    # Telling who records

    def ran(self, sql: bytes, rulings: Sequence[Ruling], why: str = "") -> None:
        tally, why = self._gate.tally, self._apart or why
        if tally is None or not (sql or rulings or why):
            return
        verdicts = tuple(ruling.noted or ruling.verdict for ruling in rulings)
        if sql and not why:
            tally.ran(self._who, self._said(sql), verdicts, observed=self.observes)
            return
        verdict = next(iter(verdicts), Verdict(Kind.ALLOW))
        if verdict.rule == "unreadable":
            why = why or rulings[0].statement.opaque
        if why or rulings[0].opaque:
            tally.ran_unseen(self._who, verdict, why)

    def refused(self, sql: bytes, verdict: Verdict) -> None:
        """A client was told no; or would have been, which was told when the statement ran."""
        tally = self._gate.tally
        if tally is None or self.observes:
            return
        if sql and not self._apart:
            tally.refused(self._who, self._said(sql), verdict)
        else:
            tally.ran_unseen(self._who, verdict, self._apart or "it cannot be read", refused=True)

    @property
    def _apart(self) -> str:
        """Why statements of this session are not judged as others are."""
        return self._doubt or ("it came on a replication connection" if self._replication else "")

    @property
    def _who(self) -> Who:
        return Who(self.user, self._role, self.impersonates)

    def _said(self, sql: bytes) -> Said:
        return Said(self.key(sql), sql, self.text_of, self.standard_conforming_strings)

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
        key, facts = self.key(sql), self._gate.facts
        shapeable = sql if key is sql else None
        if shapeable is not None and len(sql) > MAX_BYTES:
            await learn_long(facts, sql, read, self.user)
        elif (text := self.text_of(sql)) is not None and not facts.has(key, shapeable):
            standard = self.standard_conforming_strings
            script = await read(text, standard_conforming_strings=standard, user=self.user)
            facts.keep(key, shapeable, script)
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
        if not self._is_readable(sql):
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
        if sure and len(rulings) == 1 and rulings[0].statement.end == ANY_END:
            self._kept.keep_shape(facts, rulings)
        return rulings

    def _is_readable(self, sql: bytes) -> bool:
        """Whether a text can be read; of a long one that is found out where it is learnt."""
        if sql.isascii() or (len(sql) > MAX_BYTES and self.key(sql) is sql):
            return True
        return self.text_of(sql) is not None

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

    def count(self, rulings: Sequence[Ruling], times: int) -> None:
        gate = self._gate
        gate.judged += times * len(rulings)
        gate.facts.exact_hits += times
        for ruling in rulings:
            verdict = ruling.noted or ruling.verdict
            gate.verdicts[verdict.kind, verdict.product] += times

    def _rule_facts(self, sql: bytes, facts: Facts, doubt: str) -> tuple[Ruling, ...]:
        script = facts.script
        if script.rejected:
            return (self._whole(sql, "its syntax is unknown")._replace(rejected=True),)
        if script.refusal and (self.lacked or not script.statements):
            return (self._whole(sql, script.refusal),)
        picture = self._gate.picture
        catalog = picture.catalog
        reaches = facts.reaches(catalog, discreet=self._role in catalog.discreet)
        # What is wrong with the whole picture says more than what this session has done to it.
        doubt = self._doubt or ("the catalog has changed" if self._gate.stale else "") or doubt
        # Of one that is shapeable it does not matter; it may have megabytes.
        rulings, strings = [], script.shapeable or may_hold_strings(sql)
        for reached in reaches:
            rulings.append(self._rule_one(reached, picture.policy, doubt, strings=strings))
            if rulings[-1].opaque or reached.statement.ddl:
                read = not (rulings[-1].unread or rulings[-1].plants)
                before = (
                    CHANGED_BEFORE if read else "a statement before it may have changed the catalog"
                )
                doubt = before if not doubt or (doubt in OF_WHAT_IS_READ and not read) else doubt
        if len(rulings) == 1 and script.shapeable:
            whole = replace(rulings[0].statement, start=0, end=ANY_END)
            return (rulings[0]._replace(statement=whole),)
        if not sql.isascii() and self._encoding != "UTF8":
            return tuple(self._in_client_bytes(sql, rulings))
        return tuple(rulings)

    def _rule_one(
        self, reached: Reach, policy: Policy, doubt: str, *, strings: bool = True
    ) -> Ruling:
        if doubt and not is_proven_anyway(reached.statement):
            reached = doubted(reached, doubt)
        verdict = decide_for(
            reached,
            policy,
            self.user,
            self.standing,
            impersonates=self.impersonates,
            strict=self._gate.strict,
            sight=self._gate.sight,
        )
        self._gate.judged += 1
        statement = reached.statement
        if self.observes and not self._accountable(statement, verdict):
            verdict = unchecked(verdict, statement.unwatchable or self._doubt, self.user)
        elif self.observes and verdict.cap and not self._gate.sight.filled:
            verdict = Verdict(Kind.ALLOW)  # an account would have no rows to tell of
        ruling = self._ruling(statement, verdict, opaque=bool(reached.opaque))
        ruling = ruling._replace(
            hides=ruling.opaque or reached.catches,
            invents=reached.invents,
            unread=reached.unread is not None,
            resumes=reached.resumes,
            plants=reached.plants,
        )
        if self.caps:
            ruling = ruling._replace(fills=_fills(reached), moves=_oids(reached.moves))
            refused = ruling.verdict.kind is Kind.REFUSE
            if reached.emptied and not (refused or self.observes) and self._gate.sight.filled:
                ruling = ruling._replace(first=self.queue_up(_oids(reached.emptied)))
        steady = not self.standing.lacks  # nor does any name hold what they may not read
        return ruling if steady else self._unsteady(ruling._replace(probes=reached.probes), strings)

    def _unsteady(self, ruling: Ruling, strings: bool) -> Ruling:
        """Say of what is proven whether it may mean another thing when it runs."""
        statement, picture = ruling.statement, self._gate.picture
        catalog = picture.catalog
        proven = ruling.verdict.kind in (Kind.ALLOW, Kind.CAP) and not ruling.noted
        if not proven or picture.mark is None:
            return ruling
        if not is_fickle(statement, catalog, strings=strings):
            return ruling
        # Who only observes has nothing run before its time, and looks back at what ran at the end.
        defers = catalog.defers or (self.observes and bool(statement.writes or statement.body))
        plain = ruling.verdict.kind is Kind.ALLOW and not (ruling.opaque or defers)
        plain = plain and is_plain(statement) and not (ruling.moves or ruling.first)
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
        verdict = (
            lapsed(self.standing, self.user)
            if self.standing.lapsed
            else unreadable(reason, self.user)
        )
        return self._ruling(statement, verdict, opaque=True)

    def rule_unseen(self, doubt: str, *, read: bool = False) -> Ruling:
        statement = Statement("", 0, 0, opaque=doubt or UNSEEN.opaque)
        unread = None if read else Concern(statement.opaque)
        reached = Reach(
            statement, opaque=statement.opaque, unread=unread, resumes=False, plants=not read
        )
        return self._rule_one(reached, self._policy, "")

    @property
    def strict(self) -> bool:
        return self._gate.strict and bool(self.standing.lacks)

    def refuse_unread(self, ruling: Ruling, why: str) -> Ruling:
        verdict = unread(Concern(why), self.standing, self.user)
        refused = self._ruling(ruling.statement, verdict, opaque=ruling.opaque)
        return ruling._replace(verdict=refused.verdict, noted=refused.noted)

    def reads_code(self, types: tuple[int, ...]) -> bool:
        vocabulary = self._gate.picture.catalog.vocabulary
        return all(vocabulary.of_coded(one).read for one in types)

    def rule_unreadable(self, reason: str) -> Ruling:
        return self._whole(b"", reason)
