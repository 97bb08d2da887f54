"""Seats: of whom nobody knows, whom nobody sees, and how many are for nobody."""

import shlex
from collections.abc import Iterable, Iterator
from itertools import groupby

from pgtoll.counts import plural
from pgtoll.doctor.findings import Finding, Severity, Where
from pgtoll.lint.ground import Ground, Measure
from pgtoll.lint.names import some
from pgtoll.office.idleness import SeatUse

MOST_REVOKED = 100  # users that one command names


def judge_seats(ground: Ground, measure: Measure) -> Iterator[Finding]:
    """Yield what there is to say of seats."""
    yield from _strangers(ground)
    yield from _idle(ground, measure)
    yield from _counts(ground)


def _strangers(ground: Ground) -> Iterator[Finding]:
    """Yield who cannot log in. Whom an application names need not be a role."""
    for code, seats in _by_product(ground.uses.seats):
        barred = [one.user for one in seats if ground.logins.get(one.user) is False]
        unknown = [one.user for one in seats if one.user not in ground.logins]
        if barred:
            yield _useless(ground, code, barred, "who may not log in")
        if unknown and not ground.impersonated:
            yield _useless(ground, code, unknown, "who is no role of this server")


def _useless(ground: Ground, code: str, users: list[str], who: str) -> Finding:
    belong = "belongs" if len(users) == 1 else "belong"
    return Finding(
        "seat-of-nobody",
        Severity.WARNING,
        f"{plural(len(users), 'seat')} of product {ground.title(code)} {belong} to somebody {who}:"
        f" {some(users)}",
        "Nobody can use it. Where an application names its users, list its role in the setting"
        " impersonators: they need not be roles then.",
        (_command("revoke", code, users),),
        Where.SHELL,
    )


def _idle(ground: Ground, measure: Measure) -> Iterator[Finding]:
    today, uses = ground.today, ground.uses
    held = {code: len(list(seats)) for code, seats in _by_product(uses.seats)}
    idle = sorted(uses.idle(measure.idle_days, today), key=lambda one: one.product)
    for code, seats in _by_product(idle):
        users = [one.user for one in seats]
        named = [_with_day(one) for one in seats]
        yield Finding(
            "seat-idle",
            Severity.WARNING,
            f"{len(users):,} of {plural(held[code], 'granted seat')} of product"
            f" {ground.title(code)} {'was' if len(users) == 1 else 'were'} not used for"
            f" {plural(measure.idle_days, 'day')}: {some(named)}",
            "Somebody else may need it, or fewer may do when the license is renewed."
            f" What is known goes back to {uses.recorded}.",
            (_command("revoke", code, users),),
            Where.SHELL,
        )


def _with_day(seat: SeatUse) -> str:
    return f"{seat.user} (last on {seat.last_day})" if seat.last_day else f"{seat.user} (never)"


def _counts(ground: Ground) -> Iterator[Finding]:
    """Yield where what is bought and what is granted differ."""
    granted = {code: len(list(seats)) for code, seats in _by_product(ground.uses.seats)}
    for code in sorted(ground.held.policy.products):
        span, used = ground.held.policy.span(code, ground.now), granted.get(code, 0)
        if span is None or span.server or not span.seats:
            continue
        if used > span.seats:
            yield Finding(
                "seat-beyond",
                Severity.PROBLEM,
                f"product {ground.title(code)} has {plural(used, 'seat')} granted,"
                f" {used - span.seats:,} more than the {span.seats:,} that were bought",
                "The latest grants do not count: who has them is refused.",
                (f"pgtoll seats list {shlex.quote(code)}, then revoke some or buy more",),
                Where.SHELL,
            )
        elif used < span.seats:
            yield Finding(
                "seat-spare",
                Severity.WARNING,
                f"{span.seats - used:,} of {plural(span.seats, 'seat')} bought of product"
                f" {ground.title(code)} {'is' if span.seats - used == 1 else 'are'} granted to"
                " nobody",
                "They are paid for.",
                (f"pgtoll seats grant {shlex.quote(code)} USER…, or buy fewer next time",),
                Where.SHELL,
            )


def _command(act: str, code: str, users: list[str]) -> str:
    """Return the command for some users; of very many, the first."""
    rest = " …" if len(users) > MOST_REVOKED else ""
    return f"pgtoll seats {act} {shlex.join([code, *users[:MOST_REVOKED]])}{rest}"


def _by_product(seats: Iterable[SeatUse]) -> Iterator[tuple[str, list[SeatUse]]]:
    """Yield the seats of each product; they come by product."""
    for code, found in groupby(seats, key=lambda one: one.product):
        yield code, list(found)
