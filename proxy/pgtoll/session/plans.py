"""What is to become of a Bind or an Execute: the statement behind its names, judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pgtoll.session.conversation import Conversation
from pgtoll.session.effects import Ruling
from pgtoll.session.names import Prepared
from pgtoll.session.resuming import is_read, judged_again
from pgtoll_policy.facts import Act, Statement
from pgtoll_policy.verdict import Kind, Verdict

_STRICTNESS = {Kind.ALLOW: 0, Kind.CAP: 1, Kind.WATCH: 2, Kind.REFUSE: 3}


@dataclass(frozen=True, slots=True)
class Plan:
    """The strictest ruling over all that the server may run, and what that may do."""

    sql: bytes
    ruling: Ruling
    act: Act | None
    chains: bool  # that begins the next transaction block at once
    copies_in: bool  # it may ask the client for copy data
    may_commit: bool  # it may end the transaction by itself
    statement: Statement | None = None  # what runs, if that is certain
    prepares: str | None = None  # the name that a PREPARE gives to its query

    @property
    def verdict(self) -> Verdict:
        return self.ruling.verdict


def plan_for(c: Conversation, prepared: Prepared | None, doubt: str) -> Plan | None:
    """Judge what a name stands for; None, and its facts are asked for, while they are not known.

    With a `doubt`, SQL may have made something else of the name: a query, for SQL's PREPARE and
    DECLARE take nothing else, but one that nobody has read.
    """
    if prepared is None:
        if (read := is_read(c, cursor=bool(doubt), named=not doubt)) is None:
            return None
        told = doubt or "SQL may have prepared what this name stands for"
        return _plan(c, b"", [c.judge.rule_unseen(told, read=read)], bool(doubt))
    if prepared.sql is None:
        return _plan(c, b"", [c.judge.rule_unreadable("the text of this statement is not known")])
    if prepared.settings not in (None, c.settings.reports):
        reason = "it was prepared under another client_encoding or standard_conforming_strings"
        return _plan(c, prepared.sql, [c.judge.rule_unreadable(reason)])
    rulings = c.judge.rule(prepared.sql, c.doubt)
    if rulings is None:
        c.learn(prepared.sql)
        return None
    if (again := judged_again(c, rulings)) is None:
        return None
    # A cursor may even stand for a CALL; PREPARE takes nothing that ends a transaction.
    may_commit = bool(doubt)
    renamed = prepared.era is not None and prepared.era != c.names.era
    if (read := is_read(c, cursor=bool(doubt), named=renamed)) is None:
        return None
    if renamed:
        doubt = doubt or "SQL may have prepared another statement under this name"
    unseen = [c.judge.rule_unseen(doubt, read=read)] if doubt else []
    return _plan(c, prepared.sql, [*_typed(c, again, prepared.types), *unseen], may_commit)


def plan_for_parse(
    c: Conversation, sql: bytes, rulings: Sequence[Ruling], types: tuple[int, ...]
) -> Plan:
    """Judge a text with these rulings on its statements, and these types of parameters."""
    return _plan(c, sql, _typed(c, rulings, types))


def _typed(c: Conversation, rulings: Sequence[Ruling], types: tuple[int, ...]) -> Sequence[Ruling]:
    """The rulings where parameters are of such types: the server makes values of them."""
    if not types:
        return rulings
    changing = [one._replace(fickle=_may_change(c, one)) for one in rulings]
    if not c.judge.runs_code(types):
        return changing
    told = "making a value of a parameter's type runs a function"
    return [*changing, c.judge.rule_unseen(told, read=c.judge.reads_code(types))]


def _may_change(c: Conversation, ruling: Ruling) -> bool:
    """Whether what is proven may mean another thing when it runs: its types may get code."""
    proven = ruling.verdict.kind in (Kind.ALLOW, Kind.CAP) and not ruling.noted
    lacks = bool(c.judge.lacked) and c.judge.mark is not None
    return ruling.fickle or (proven and lacks)


def _plan(c: Conversation, sql: bytes, rulings: Sequence[Ruling], may_commit: bool = False) -> Plan:
    if not rulings:
        return EMPTY
    statements = [ruling.statement for ruling in rulings]
    opaque = any(ruling.opaque for ruling in rulings)
    return Plan(
        sql,
        _strictest(rulings)._replace(
            opaque=opaque,
            hides=any(ruling.hides for ruling in rulings),
            fickle=any(ruling.fickle for ruling in rulings),
            defers=any(ruling.defers for ruling in rulings),
            probes=any(ruling.probes for ruling in rulings),
            invents=any(ruling.invents for ruling in rulings),
            unread=any(ruling.unread for ruling in rulings),
            resumes=any(ruling.resumes for ruling in rulings),
            plants=any(ruling.plants for ruling in rulings),
        ),
        next((statement.act for statement in statements if statement.act), None),
        any(statement.chains for statement in statements),
        any(statement.copies_in for statement in statements) or (opaque and c.names.odd),
        may_commit or any(statement.may_commit for statement in statements),
        statements[0] if len(statements) == 1 else None,
        next((one.prepares for one in statements if one.prepares is not None), None),
    )


def _strictest(rulings: Sequence[Ruling]) -> Ruling:
    worst = max(rulings, key=lambda ruling: _STRICTNESS[ruling.verdict.kind])
    if len(rulings) == 1:
        return worst
    verdicts = [ruling.verdict for ruling in rulings]
    verdict = replace(
        worst.verdict, cap=any(v.cap for v in verdicts), watch=any(v.watch for v in verdicts)
    )
    return worst._replace(verdict=verdict)


EMPTY = Plan(b"", Ruling(Statement("", 0, 0), Verdict(Kind.ALLOW)), None, False, False, False)
