"""The verdict on one statement: may this user run it, and what must be checked behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from pgtoll_policy import wording
from pgtoll_policy.catalog import Relation
from pgtoll_policy.concerns import Concern
from pgtoll_policy.documents import BASE
from pgtoll_policy.facts import Act
from pgtoll_policy.policy import Policy, ProductState, Standing
from pgtoll_policy.proof import refuses_block
from pgtoll_policy.reach import Reach
from pgtoll_policy.spelling import LICENSE_USER
from pgtoll_policy.wording import (
    CANNOT_CONNECT_NOW,
    CONFIGURATION_LIMIT_EXCEEDED,
    INSUFFICIENT_PRIVILEGE,
    Words,
)

NOBODY: frozenset[str] = frozenset()
OUR_SETTINGS = "pgtoll."
# What only ends what has begun.
_ENDS = frozenset({Act.COMMIT, Act.ROLLBACK, Act.ROLLBACK_TO, Act.RELEASE, Act.PREPARE})


class Kind(Enum):
    """What happens to a statement."""

    ALLOW = "allow"  # it passes as it is
    REFUSE = "refuse"  # it does not run
    CAP = "cap"  # it passes, and the rows of what it filled are counted behind it
    WATCH = "watch"  # it passes, and its replies wait until the server's account clears it


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one statement; the texts are those of PostgreSQL's error when refused."""

    kind: Kind
    cap: bool = False  # count rows behind it
    watch: bool = False  # hold its replies until the account clears it
    sqlstate: str = ""
    message: str = ""
    detail: str = ""  # of a statement that is watched: why
    hint: str = ""
    schema: str = ""
    table: str = ""
    product: str = ""
    rule: str = ""  # which rule decided, for the audit trail


@dataclass(frozen=True, slots=True)
class Hit:
    """A relation that a statement names or means, and a product of it."""

    schema: str
    table: str
    product: str


NOTHING = Hit("", "", "")


@dataclass(frozen=True, slots=True)
class Sight:
    """What the server shows of a transaction."""

    touched: bool = True  # the relations that it has touched; else nothing can be watched
    filled: bool = True  # those that have got rows; else only what reading names can be counted


WHOLE = Sight()
# Why nothing can follow a statement there.
NOT_SHOWN = "runs on a server that shows too little of what it does (pgtoll doctor tells why)"


def decide(
    statement: Reach,
    policy: Policy,
    user: str,
    now: datetime,
    *,
    impersonates: bool = False,
    strict: bool = False,
    sight: Sight = WHOLE,
) -> Verdict:
    """Judge one statement. Pure: the same arguments always give the same verdict.

    What is certainly touched and not licensed is refused. What is not proven to touch nothing of
    the kind is watched, or refused where the server's account would not show it. What may insert
    rows while something is in demo mode is counted. A session that `impersonates` may say who its
    user is. If `strict`, code that is not read does not run for who lacks something. What the
    server does not show, by `sight`, is refused.
    """
    standing = policy.standing(user, now)
    return decide_for(
        statement, policy, user, standing, impersonates=impersonates, strict=strict, sight=sight
    )


def decide_for(
    statement: Reach,
    policy: Policy,
    user: str,
    standing: Standing,
    *,
    impersonates: bool = False,
    strict: bool = False,
    sight: Sight = WHOLE,
) -> Verdict:
    """Judge one statement as `decide` does, by a standing of the user that is still good."""
    if setting := _own_setting(statement, impersonates=impersonates):
        return _refuse(wording.own_setting(setting, user), rule="settings")
    if standing.lapsed and statement.statement.act not in _ENDS:
        return lapsed(standing, user)
    if standing.clear:
        return Verdict(Kind.ALLOW, rule="clear")
    if hit := _named(statement, policy, standing):
        return _no_license(standing.lacks[hit.product], user, hit, rule="license")
    doubt = _doubt(statement, policy, standing)
    # By its catalog or by its kind: what refuses a transaction block has no room for a check.
    because = statement.unwatchable or statement.statement.unwatchable
    because = because or _out_of_sight(statement, policy, standing)
    if doubt and because:
        return _unwatchable(statement, standing, user, doubt, because)
    if doubt and strict and (code := _unread(statement, policy, standing)):
        return unread(code, standing, user)
    if doubt and not sight.touched:
        return _unwatchable(statement, standing, user, doubt, NOT_SHOWN)
    cap = _may_fill(statement, policy, standing)
    if cap and not (sight.filled or tells_fills(statement)):
        words = wording.cannot_tell(user, statement.opaque, statement.function)
        return _refuse(words, CONFIGURATION_LIMIT_EXCEEDED, rule="uncountable")
    if cap and (statement.later or refuses_block(statement.statement)):
        words = wording.cannot_count(user, statement.opaque, because, statement.function)
        return _refuse(words, CONFIGURATION_LIMIT_EXCEEDED, rule="uncountable")
    if doubt:
        return Verdict(Kind.WATCH, cap=cap, watch=True, detail=doubt, rule="watch")
    return Verdict(Kind.CAP, cap=True, rule="demo") if cap else Verdict(Kind.ALLOW, rule="proven")


def lapsed(standing: Standing, user: str) -> Verdict:
    """Return the refusal of a statement that is judged by what nobody knows any more."""
    return _refuse(wording.lapsed(user, standing.lapsed), CANNOT_CONNECT_NOW, rule="lapsed")


def unread(code: Concern, standing: Standing, user: str) -> Verdict:
    """Return the refusal of what may run code that is not read, for a user who lacks something."""
    state = standing.lacks[min(standing.lacks)]
    words = wording.unread(state, user, code.opaque, code.function)
    return _refuse(words, hit=Hit("", "", state.product), rule="unread")


def over_cap(policy: Policy, user: str, schema: str, table: str, product: str, cap: int) -> Verdict:
    """Return the refusal of a statement that left a table with more rows than demo mode allows."""
    words = wording.over_cap(user, table, product, cap or policy.cap)
    return _refuse(words, CONFIGURATION_LIMIT_EXCEEDED, hit=Hit(schema, table, product), rule="cap")


def watched_touch(
    policy: Policy, user: str, now: datetime, schema: str, table: str, product: str
) -> Verdict:
    """Return the refusal of a watched statement that touched what the user lacks."""
    state = policy.state(product, user, now)
    return _no_license(state, user, Hit(schema, table, product), rule="watch")


def watched_failure(user: str) -> Verdict:
    """Return what takes the place of a watched statement's own error."""
    return _refuse(wording.failed_unchecked(user), rule="watch")


def unreadable(reason: str, user: str) -> Verdict:
    """Return the refusal of a statement that cannot be judged."""
    return _refuse(wording.unreadable(reason, user), rule="unreadable")


def unchecked(verdict: Verdict, because: str, user: str) -> Verdict:
    """Return what is recorded of a statement that would be capped or watched, but cannot be."""
    sqlstate = INSUFFICIENT_PRIVILEGE if verdict.watch else CONFIGURATION_LIMIT_EXCEEDED
    words = wording.unchecked(verdict.detail, because, user)
    return _refuse(words, sqlstate, rule="unchecked")


def products_of(relation: Relation, policy: Policy) -> frozenset[str]:
    """Return the products that a relation belongs to: its pins, or else those that name it.

    Base does not own views, sequences and children by default: they stand for what they lead to.
    """
    if relation.temporary or relation.products:
        return NOBODY if relation.temporary else relation.products
    named = policy.products_of(relation.schema, relation.name)
    return NOBODY if relation.derived and named == {BASE} else named


def _own_setting(reached: Reach, *, impersonates: bool) -> str:
    """Return the parameter of ours that is set and may not be; resetting one is nobody's secret."""
    if not reached.statement.settings or reached.statement.verb == "reset":
        return ""
    ours = (one for one in reached.statement.settings if one.startswith(OUR_SETTINGS))
    return next((one for one in ours if not (impersonates and one == LICENSE_USER)), "")


def _named(reached: Reach, policy: Policy, standing: Standing) -> Hit | None:
    """Return something certainly touched of which the user lacks a product."""
    if not standing.lacks:
        return None
    # What stands in the text is what its author knows.
    for relations in (reached.named, reached.reads):
        if hit := _lacked(relations, policy, standing):
            return hit
    for name in sorted(reached.unknown, key=str):
        # What a product names is its own even before the picture shows it.
        owners = policy.products_of(name.schema, name.name) - {BASE}
        if lacked := sorted(owners & standing.lacks.keys()):
            return Hit(name.schema, name.name, lacked[0])
    return None


def _lacked(relations: Iterable[Relation], policy: Policy, standing: Standing) -> Hit | None:
    for relation in sorted(relations, key=lambda one: (one.schema, one.name)):
        if lacked := sorted(products_of(relation, policy) & standing.lacks.keys()):
            return Hit(relation.schema, relation.name, lacked[0])
    return None


def _doubt(reached: Reach, policy: Policy, standing: Standing) -> str:
    """Return why the statement may touch what the user lacks, "" when it is proven not to."""
    if not standing.lacks or reached.opaque:
        return reached.opaque if standing.lacks else ""
    hit = _lacked(reached.touches, policy, standing)
    return f'table "{hit.table}" of product "{hit.product}" may be touched' if hit else ""


def _unread(reached: Reach, policy: Policy, standing: Standing) -> Concern | None:
    """Return what speaks against a statement that may run code which is not read, or leave a
    function behind of which reading shows that it may touch what the user lacks."""
    if reached.unread:
        return reached.unread
    hit = _lacked(reached.leaves, policy, standing)
    told = f'the function may touch table "{hit.table}" of product "{hit.product}"' if hit else ""
    return Concern(told) if hit else None


def _out_of_sight(reached: Reach, policy: Policy, standing: Standing) -> str:
    """Return why the account may not show that the statement touches what the user lacks."""
    hit = _lacked(reached.aside, policy, standing)
    return f'may read table "{hit.table}" in a parallel worker' if hit else ""


def _may_fill(reached: Reach, policy: Policy, standing: Standing) -> bool:
    """Tell whether a table in demo mode may get rows."""
    if not standing.demo:
        return False
    if any(
        any(_is_capped(into, policy, standing) for into in below)
        for above, below in reached.shifts
        if not _is_capped(above, policy, standing)  # else they are its rows before and after
    ):
        return True
    if not reached.may_insert:
        return False
    if reached.elsewhere or not reached.inserts:
        return True
    return any(_is_capped(relation, policy, standing) for relation in reached.inserts)


def tells_fills(reached: Reach) -> bool:
    """Tell whether reading knows all tables that a statement may put rows into."""
    return not (reached.opaque or (reached.may_insert and reached.elsewhere))


def _is_capped(relation: Relation, policy: Policy, standing: Standing) -> bool:
    return not products_of(relation, policy).isdisjoint(standing.demo) and not policy.is_exempt(
        relation.schema, relation.name
    )


def _no_license(state: ProductState, user: str, hit: Hit, *, rule: str) -> Verdict:
    words = wording.no_license(state, user, hit.table)
    return _refuse(words, hit=hit, rule=f"{rule} {state.rule}".strip())


def _unwatchable(
    reached: Reach, standing: Standing, user: str, doubt: str, because: str
) -> Verdict:
    state = standing.lacks[min(standing.lacks)]
    words = wording.cannot_watch(state, user, doubt, because, reached.function)
    return _refuse(words, hit=Hit("", "", state.product), rule="unwatchable")


def _refuse(
    words: Words,
    sqlstate: str = INSUFFICIENT_PRIVILEGE,
    *,
    hit: Hit = NOTHING,
    rule: str,
) -> Verdict:
    return Verdict(
        Kind.REFUSE,
        sqlstate=sqlstate,
        message=words.message,
        detail=words.detail,
        hint=words.hint,
        schema=hit.schema,
        table=hit.table,
        product=hit.product,
        rule=rule,
    )
