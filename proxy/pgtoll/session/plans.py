"""What is to become of a Bind or Execute, over all the statements that its name may stand for."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from pgtoll.session.conversation import Conversation
from pgtoll.session.effects import Ruling
from pgtoll.session.names import Prepared
from pgtoll_policy.facts import Act, Statement
from pgtoll_policy.verdict import Kind, Verdict

_STRICTNESS = {Kind.ALLOW: 0, Kind.CAP: 1, Kind.WATCH: 2, Kind.REFUSE: 3}


@dataclass(frozen=True, slots=True)
class Plan:
    """The strictest ruling over all candidates, and what any of them may do."""

    sql: bytes
    ruling: Ruling
    act: Act | None
    copies_in: bool
    may_commit: bool

    @property
    def verdict(self) -> Verdict:
        return self.ruling.verdict


class Unread(NamedTuple):
    """No plan yet: the facts of this text are not known."""

    sql: bytes


_EMPTY = Plan(b"", Ruling(Statement("", 0, 0), Verdict(Kind.ALLOW)), None, False, False)


def plan_for(
    conversation: Conversation, candidates: tuple[Prepared, ...], doubt: str
) -> Plan | Unread:
    """Judge all that a name may stand for."""
    rulings: list[Ruling] = []
    for prepared in candidates:
        ruled = _rule(conversation, prepared, doubt or conversation.doubt)
        if ruled is None:
            return Unread(prepared.sql or b"")
        rulings += ruled
    return _strictest(candidates[-1].sql or b"", rulings) if rulings else _EMPTY


def _rule(conversation: Conversation, prepared: Prepared, doubt: str) -> tuple[Ruling, ...] | None:
    judge = conversation.judge
    if prepared.sql is None:
        return (judge.rule_unseen("nobody has read this prepared statement"),)
    if prepared.era is not None and prepared.era != conversation.names.era:
        doubt = doubt or "SQL may have prepared another statement under this name"
    return judge.rule(prepared.sql, doubt)


def _strictest(sql: bytes, rulings: list[Ruling]) -> Plan:
    if len(rulings) == 1:
        statement = rulings[0].statement
        return Plan(sql, rulings[0], statement.act, statement.copies_in, statement.may_commit)
    worst = max(rulings, key=lambda r: _STRICTNESS[r.verdict.kind])
    verdict = replace(
        worst.verdict,
        cap=any(r.verdict.cap for r in rulings),
        watch=any(r.verdict.watch for r in rulings),
    )
    statements = [r.statement for r in rulings]
    return Plan(
        sql,
        worst._replace(verdict=verdict, opaque=any(r.opaque for r in rulings)),
        next((s.act for s in statements if s.act), None),
        any(s.copies_in for s in statements),
        any(s.may_commit for s in statements),
    )
