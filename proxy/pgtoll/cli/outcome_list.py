"""What an import did, for people and for programs; and what to ask the vendor after a move."""

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pgtoll.backup.contents import Contents
from pgtoll.backup.past import Added
from pgtoll.backup.restoring import How, Outcome
from pgtoll.cli.output import print_json, say
from pgtoll.counts import plural
from pgtoll.store.seats import Seat
from pgtoll_policy.documents import License, LicenseType

MOST_NAMED = 20  # seats, tables or things left as they are; the rest is counted


def print_outcome(outcome: Outcome, contents: Contents, how: How, customer: str | None) -> None:
    """Print what was changed, what was not and why, and what is left to do."""
    merge = outcome.merge
    for one in merge.added:
        say(f"added: {one.kind} {_name(one.code, one.product)}serial {one.serial}")
    for one in merge.dropped:
        say(f"dropped: {one.kind} {_name(one.code, one.product)}serial {one.serial}")
    for line in (*_seats("granted", merge.granted), *_seats("recalled", merge.recalled)):
        say(line)
    for line in _seats("granted anew", merge.moved):
        say(line)
    if merge.clock is not None:
        say(f"latest time seen: {merge.clock:%Y-%m-%d %H:%M:%S} UTC")
    if outcome.pinned:
        say(f"{plural(outcome.pinned, 'table')} pinned by name")
    added = outcome.added
    for count, *what in (
        (added.days, "daily figure"),
        (added.seen, "user's last day", "users' last days"),
        (added.events, "event"),
        (added.refusals, "refusal"),
    ):
        if count:
            say(f"{plural(count, *what)} added")
    _print_left(outcome)
    _print_lost(outcome)
    _print_bound(outcome, contents, customer)
    if how.dry:
        say("dry run: nothing was changed")
    elif not _anything(outcome):
        say("nothing was changed: the store had all of it")


def _anything(outcome: Outcome) -> bool:
    merge = outcome.merge
    news = (merge.changes, merge.clock, outcome.pinned, outcome.added != Added())
    return any(news) or bool(merge.document_changes or merge.seat_changes)


def _name(code: str, product: str) -> str:
    return "".join(f"{part}, " for part in dict.fromkeys((code, product)) if part)


def _seats(done: str, seats: Sequence[Seat]) -> Iterator[str]:
    if len(seats) > MOST_NAMED:
        for product, count in sorted(Counter(one.product for one in seats).items()):
            yield f"{done}: {plural(count, 'seat')} of product {product}"
        return
    for one in seats:
        yield f"{done}: the seat of {one.user} for product {one.product}"


def _print_left(outcome: Outcome) -> None:
    """Say what was not done, and why."""
    for line in _some(f"kept: {reason}" for reason in outcome.merge.ahead):
        say(line)
    for line in _some(f"left out: {reason}" for reason in outcome.untrusted):
        say(line)
    unpinned = (
        f"not pinned to product {pin.product}: there is no {pin.schema}.{pin.name} here"
        for pin in outcome.unpinned
    )
    for line in _some(unpinned):
        say(line)
    if outcome.older:
        say(
            "the file is from before the time that the store was taken back to, so it cannot say "
            "what was revoked since: import a later one, or run pgtoll store accept"
        )
    elif outcome.settled:
        say(f"{plural(outcome.settled, 'report')} that the store was taken back settled")


def _print_lost(outcome: Outcome) -> None:
    if not outcome.lost:
        return
    changes = "change" if len(outcome.lost) == 1 else "changes"
    say(
        f"proxies do not go by this store: they know of {changes} "
        f"{', '.join(map(str, outcome.lost))}, which it has lost. When what was missing is there "
        "again, run pgtoll store accept"
    )


def _some(lines: Iterable[str]) -> Iterator[str]:
    told = list(lines)
    yield from told[:MOST_NAMED]
    if len(told) > MOST_NAMED:
        yield f"and {len(told) - MOST_NAMED:,} more of that kind"


def _print_bound(outcome: Outcome, contents: Contents, customer: str | None) -> None:
    for one in outcome.bound:
        say(
            f"not in force here: license {one.id} of product {one.product} is bound to instance "
            f"{one.instance}, this is {outcome.instance or 'not known'}"
        )
    if outcome.bound:
        say(f"ask the vendor for new ones: {request_for(outcome.bound, customer)}")


def request_for(bound: Sequence[License], customer: str | None) -> str:
    """Return the command that asks the vendor for licenses of the same extent."""
    whose = customer or next((one.customer for one in bound if one.customer), "ID")
    versions = [one.version for one in bound if one.version]
    words = ["pgtoll", "license", "request", "--customer", whose]
    words += ["--version", max(versions, key=_numbers, default="V")]
    seats: dict[str, int] = {}
    for one in bound:
        count = one.seats or 0 if one.type is LicenseType.PERSONAL else 0
        seats[one.product] = seats.get(one.product, 0) + count
    for product, number in sorted(seats.items()):
        words += ["--want", f"{product}={number}" if number else product]
    return shlex.join([*words, "--out", "moved.tlr"])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def print_outcome_as_json(outcome: Outcome, how: How) -> None:
    """Print the same for programs."""
    merge = outcome.merge
    print_json(
        {
            "changed": not how.dry and _anything(outcome),
            "dry_run": how.dry,
            "added": [[one.kind, one.code, one.product, one.serial] for one in merge.added],
            "dropped": [[one.kind, one.code, one.product, one.serial] for one in merge.dropped],
            "granted": [[one.product, one.user] for one in (*merge.granted, *merge.moved)],
            "recalled": [[one.product, one.user] for one in merge.recalled],
            "clock": merge.clock.isoformat() if merge.clock else None,
            "kept": list(merge.ahead),
            "untrusted": list(outcome.untrusted),
            "pinned": outcome.pinned,
            "unpinned": [[pin.schema, pin.name, pin.product] for pin in outcome.unpinned],
            "refusals": outcome.added.refusals,
            "events": outcome.added.events,
            "figures_of_days": outcome.added.days,
            "last_days": outcome.added.seen,
            "instance": outcome.instance,
            "bound_elsewhere": [[one.id, one.product, one.instance] for one in outcome.bound],
            "settled": outcome.settled,
            "older_than_the_restore": outcome.older,
            "lost_changes": list(outcome.lost),
        }
    )
