"""A recording decided again, by the licenses of now and by those of a draft: who gains, who loses.

Each statement goes through the very gate that a proxy has, with the facts that a proxy has read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from pgtoll.engine.ways import BEST, Ways
from pgtoll.gate import Gate, UserJudge
from pgtoll.in_force import Picture
from pgtoll.office.judging import made_up_ids
from pgtoll.recording.files import Header, Recording
from pgtoll.recording.shapes import Shape
from pgtoll.recording.tally import Who
from pgtoll_policy.catalog import Catalog
from pgtoll_policy.policy import Policy
from pgtoll_policy.verdict import Kind, Verdict

SHOWN_EVERY = 20_000  # lines of a recording

_RANK = {Kind.ALLOW: 0, Kind.CAP: 1, Kind.WATCH: 2, Kind.REFUSE: 3}
_UNREADABLE = "unreadable"


class Change(Enum):
    """What becomes of a user's statements."""

    LOSES = "loses"  # they are refused
    MAY_LOSE = "may lose"  # they are watched, or their rows counted: some may be refused
    GAINS = "gains"  # they are refused no more
    EASED = "eased"  # they are watched or counted no more

    @property
    def worse(self) -> bool:
        return self in (Change.LOSES, Change.MAY_LOSE)


@dataclass(frozen=True, slots=True)
class Terms:
    """What statements are judged by."""

    policy: Policy
    catalog: Catalog
    now: datetime
    strict: bool = False  # code that is not read does not run for who lacks something
    ways: Ways = BEST  # in which this server lets statements be checked


class Outcome(NamedTuple):
    """What becomes of statements of one shape of users who are alike."""

    kind: Kind
    product: str
    table: str  # schema.table that decided, if one did
    reason: str  # one clause


class ChangeKey(NamedTuple):
    """What changes are counted by."""

    change: Change
    user: str
    product: str
    before: str  # reasons, as clauses
    after: str


@dataclass(slots=True)
class Changed:
    """What changes for one user, by one reason."""

    statements: int = 0
    tables: set[str] = field(default_factory=set)
    shapes: dict[int, int] = field(default_factory=dict)  # statements of each


@dataclass(slots=True)
class Rehearsal:
    """What would be, beside what is."""

    header: Header
    shapes: list[Shape]
    statements: int = 0  # that were decided
    users: set[str] = field(default_factory=set)
    changes: dict[ChangeKey, Changed] = field(default_factory=dict)
    otherwise: int = 0  # that are decided now otherwise than when they were recorded

    @property
    def worse(self) -> bool:
        """Whether somebody loses something, or may."""
        return any(key.change.worse for key in self.changes)

    def of(self, change: Change) -> list[tuple[ChangeKey, Changed]]:
        """Return the changes of a kind, those of most statements first."""
        found = [(key, one) for key, one in self.changes.items() if key.change is change]
        return sorted(found, key=lambda pair: (-pair[1].statements, pair[0][1:]))

    def totals(self, change: Change) -> tuple[int, int]:
        """Return how many users a change concerns, and how many statements."""
        found = self.of(change)
        return len({key.user for key, _ in found}), sum(one.statements for _, one in found)


def rehearse(
    recording: Recording,
    before: Terms,
    after: Terms,
    show: Callable[[int], None] = lambda done: None,
) -> Rehearsal:
    """Decide a recording twice and return what differs; `show` is told how many lines are done.

    Raises BadRecording.
    """
    had, have = Side(before, recording.shapes), Side(after, recording.shapes)
    found = Rehearsal(recording.header, recording.shapes)
    for done, (number, entry, count) in enumerate(recording.entries(), 1):
        old, new = had.outcome(number, entry.who), have.outcome(number, entry.who)
        found.statements += count.runs
        found.users.add(entry.who.user)
        if old.kind is not entry.kind:
            found.otherwise += count.runs
        if old.kind is not new.kind:
            key = _key(entry.who.user, old, new)
            changed = found.changes.setdefault(key, Changed())
            changed.statements += count.runs
            changed.tables.update(filter(None, ((new if key.change.worse else old).table,)))
            changed.shapes[number] = changed.shapes.get(number, 0) + count.runs
        if not done % SHOWN_EVERY:
            show(done)
    return found


def _key(user: str, old: Outcome, new: Outcome) -> ChangeKey:
    worse = _RANK[new.kind] > _RANK[old.kind]
    if Kind.REFUSE in (old.kind, new.kind):
        change = Change.LOSES if worse else Change.GAINS
    else:
        change = Change.MAY_LOSE if worse else Change.EASED
    product = new.product if worse else old.product
    return ChangeKey(change, user, product or old.product or new.product, old.reason, new.reason)


class Side:
    """The gate by some terms. Users who lack the same are asked for once a shape."""

    def __init__(self, terms: Terms, shapes: list[Shape]) -> None:
        self._terms = terms
        self._shapes = shapes
        picture = Picture(terms.policy, terms.catalog, made_up_ids(terms.policy))
        self._gate = Gate(
            picture,
            lambda: terms.now,
            strict=terms.strict,
            elapsed=lambda: 0.0,
            ways=terms.ways,
        )
        self._groups: dict[object, int] = {}
        self._group_of: dict[Who, int] = {}
        self._judges: dict[int, UserJudge] = {}  # by group
        self._known: dict[tuple[int, int], Outcome] = {}

    def outcome(self, number: int, who: Who) -> Outcome:
        """Return what becomes of a user's statements of a shape."""
        group = self._group_of.get(who)
        if group is None:
            group = self._group_of[who] = self._group(who)
        known = self._known.get((number, group))
        if known is None:
            known = self._known[number, group] = self._decide(number, self._judges[group])
        return known

    def _group(self, who: Who) -> int:
        """Return the number of those of whom everything is judged as it is of this one."""
        judge = self._judge(who)
        lacks = [(code, one.reason, one.rule) for code, one in judge.standing.lacks.items()]
        discreet = who.role in self._terms.catalog.discreet
        demo = frozenset(judge.standing.demo)
        alike = (tuple(sorted(lacks)), demo, who.impersonates, discreet)
        group = self._groups.setdefault(alike, len(self._groups))
        self._judges.setdefault(group, judge)
        return group

    def _judge(self, who: Who) -> UserJudge:
        self._gate.impersonators = frozenset({who.role} if who.impersonates else ())
        judge = self._gate.judge(who.role)
        judge.identify(who.user)
        return judge

    def _decide(self, number: int, judge: UserJudge) -> Outcome:
        shape = self._shapes[number]
        verdict = self._verdict(shape, judge)
        table = f"{verdict.schema}.{verdict.table}" if verdict.table else ""
        return Outcome(verdict.kind, verdict.product, table, _reason(verdict, shape))

    def _verdict(self, shape: Shape, judge: UserJudge) -> Verdict:
        if judge.clear:  # a proxy does not even read what such a user sends
            return Verdict(Kind.ALLOW, rule="clear")
        if shape.unseen:
            return judge.rule_unseen(shape.why).verdict
        text = shape.id.encode()  # the facts are those of the shape, whatever stands for it
        self._gate.facts.keep(judge.key(text), None, shape.script)
        rulings = judge.rule(text, "")
        return rulings[0].verdict if rulings else Verdict(Kind.ALLOW)


def _reason(verdict: Verdict, shape: Shape) -> str:
    """Return why, as one clause that names no user."""
    match verdict.kind:
        case Kind.ALLOW:
            return "it is licensed" if verdict.rule == "clear" else "it touches nothing unlicensed"
        case Kind.CAP:
            return "demo mode counts the rows"
        case Kind.WATCH:
            return f"it is watched: {verdict.detail}"
    if verdict.rule == _UNREADABLE:
        return f"it cannot be judged: {shape.why}"
    return verdict.detail or verdict.message


def lines_of(changed: Changed, shapes: list[Shape], most: int) -> Iterator[tuple[int, Shape]]:
    """Yield the shapes of a change with their statements, the most frequent first."""
    ordered = sorted(changed.shapes.items(), key=lambda pair: (-pair[1], pair[0]))
    yield from ((runs, shapes[number]) for number, runs in ordered[:most])
