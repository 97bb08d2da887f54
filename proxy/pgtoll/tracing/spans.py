"""A round as spans, under the names of the semantic conventions for databases."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from pgtoll.audit import shown
from pgtoll.config import LogSql
from pgtoll.tracing.parentage import Parent, parent_of
from pgtoll.tracing.rounds import Round

LONGEST_TEXT = 16 << 10  # characters of statements in a span
_ERRORS_FROM = "03"  # the first class of SQLSTATE that is an error; 00 to 02 are none
_VERDICTS = ("allow", "cap", "watch", "refuse")  # the worse, the later

Value = str | int


@dataclass(frozen=True, slots=True)
class Place:
    """Whose session it is, and between whom."""

    database: str
    user: str
    application: str = ""
    client: tuple[str, int] | None = None
    server: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """One span. Times are nanoseconds since 1970."""

    name: str
    trace: bytes
    id: bytes
    parent: bytes
    remote: bool  # the parent is another program's
    calls: bool  # it is a call of another program
    began: int
    ended: int
    attributes: dict[str, Value] = field(default_factory=dict)
    events: tuple[tuple[int, str], ...] = ()  # checks: when, which
    failed: bool = False


def parent(round_: Round) -> Parent | None:
    """Return what a round is a part of, by the first of its texts that says so."""
    return next(filter(None, map(parent_of, round_.said)), None)


def spans(round_: Round, place: Place, how: LogSql) -> list[Span]:
    """Return the span of a round and those of its parts; none if its caller's is not traced."""
    above = parent(round_)
    if above is not None and not above.sampled:
        return []
    trace = above.trace if above else secrets.token_bytes(16)
    attributes = _attributes(round_, place, how)
    name = f"{attributes.get('db.operation.name', '')} {place.database}".strip()
    whole = Span(
        name=name or "postgresql",
        trace=trace,
        id=secrets.token_bytes(8),
        parent=above.span if above else b"",
        remote=above is not None,
        calls=True,
        began=round_.began,
        ended=round_.ended,
        attributes=attributes,
        failed=_has_failed(round_),
    )
    return [whole, *_parts(round_, whole)]


def _parts(round_: Round, whole: Span) -> Iterator[Span]:
    for part in round_.parts:
        verdict: dict[str, Value] = {"pgtoll.verdict": part.verdict} if part.verdict else {}
        yield _part(whole, f"pgtoll {part.name}", part.began, part.ended, verdict)
    if round_.sent:
        checks = tuple((max(at, round_.sent), kind) for at, kind in round_.checks)
        yield _part(whole, "pgtoll reply", round_.sent, round_.ended, events=checks)


def _part(
    whole: Span,
    name: str,
    began: int,
    ended: int,
    attributes: dict[str, Value] | None = None,
    events: tuple[tuple[int, str], ...] = (),
) -> Span:
    return Span(
        name=name,
        trace=whole.trace,
        id=secrets.token_bytes(8),
        parent=whole.id,
        remote=False,
        calls=False,
        began=began,
        ended=ended,
        attributes=attributes or {},
        events=events,
    )


def _attributes(round_: Round, place: Place, how: LogSql) -> dict[str, Value]:
    found: dict[str, Value] = {
        "db.system.name": "postgresql",
        "db.namespace": place.database,
        "db.operation.name": _operation(round_),
        "db.query.text": _text(round_, how),
        "db.response.status_code": round_.sqlstate,
        "error.type": round_.sqlstate if _is_error(round_.sqlstate) else "",
        "pgtoll.user": place.user,
        "pgtoll.application_name": place.application,
        "pgtoll.verdict": _verdict(round_),
    }
    if round_.cut and not round_.sqlstate:
        found["error.type"] = "_OTHER"
    count = max(round_.executed, len(round_.tags))
    if count > 1:
        found["db.operation.batch.size"] = count
    for side, address in (("server", place.server), ("client", place.client)):
        if address is not None:
            found |= {f"{side}.address": address[0], f"{side}.port": address[1]}
    return {name: value for name, value in found.items() if value not in ("", 0)}


def _operation(round_: Round) -> str:
    """What was done, by the server's word; if it was not, by what reading has found."""
    names = list(dict.fromkeys(round_.tags or round_.verbs))
    if len(names) == 1:
        return f"BATCH {names[0]}" if len(round_.tags) > 1 else names[0]
    return "BATCH" if names else ""


def _text(round_: Round, how: LogSql) -> str:
    if how is LogSql.OFF:
        return ""
    texts = (shown(sql.decode(errors="replace"), how) for sql in round_.said)
    return "; ".join(texts)[:LONGEST_TEXT]


def _verdict(round_: Round) -> str:
    """The worst verdict of all; of who lacks nothing, nothing was judged."""
    found = [part.verdict for part in round_.parts if part.verdict in _VERDICTS]
    return max(found, key=_VERDICTS.index) if found else "unjudged"


def _is_error(sqlstate: str) -> bool:
    return sqlstate >= _ERRORS_FROM


def _has_failed(round_: Round) -> bool:
    return round_.cut or _is_error(round_.sqlstate)
