"""What a rehearsal has found, for people and for programs."""

from dataclasses import asdict
from itertools import groupby

from pgtoll.cli.output import print_facts, print_json, say
from pgtoll.cli.replaying import Done
from pgtoll.counts import plural
from pgtoll.office.rehearsal import Change, Changed, ChangeKey, Rehearsal, lines_of

SHAPES = 3  # of each change that are shown
TEXT = 100  # characters of a shape
TABLES = 5

_TITLES = {
    Change.LOSES: "LOSES: these statements would be refused",
    Change.MAY_LOSE: "MAY LOSE: these would be checked as they run, and refused where that fails",
    Change.GAINS: "GAINS: these are refused now, and would be no more",
    Change.EASED: "EASED: these are checked as they run now, and would be no more",
}


def print_rehearsal(done: Done, limit: int) -> None:
    """Print who gains and loses what, the most affected users first."""
    found = done.rehearsal
    header = found.header
    print_facts(
        {
            "recording": f"{done.file}, {header.when}",
            "decided again": f"{plural(found.statements, 'statement')} of "
            f"{plural(len(found.shapes), 'shape')}, {plural(len(found.users), 'user')}",
            "not in it": f"{plural(header.lost, 'statement')}" if header.lost else None,
            "changed since": f"{plural(found.otherwise, 'statement')} would not be decided any "
            "more as when they were recorded"
            if found.otherwise
            else None,
            "what if": "; ".join(done.told) or "nothing is changed",
        }
    )
    for change in Change:
        _print_change(found, change, limit)
    if not found.changes:
        say("")
        say("Nothing changes for anybody.")


def _print_change(found: Rehearsal, change: Change, limit: int) -> None:
    changes = found.of(change)
    if not changes:
        return
    users, statements = found.totals(change)
    say("")
    say(_TITLES[change])
    say(f"  {plural(users, 'user')}, {plural(statements, 'statement')}")
    ranked = _by_user(changes)
    for user, theirs in ranked[:limit]:
        for key, changed in theirs:
            _print_one(user, key, changed, found)
    if len(ranked) > limit:
        say(f"  and {plural(len(ranked) - limit, 'user')} more: --limit N shows more of them")


def _by_user(
    changes: list[tuple[ChangeKey, Changed]],
) -> list[tuple[str, list[tuple[ChangeKey, Changed]]]]:
    """Return the changes by user, the most affected first."""
    ordered = sorted(changes, key=lambda pair: pair[0].user)
    users = [(user, list(group)) for user, group in groupby(ordered, lambda pair: pair[0].user)]
    return sorted(users, key=lambda one: (-sum(each.statements for _, each in one[1]), one[0]))


def _print_one(user: str, key: ChangeKey, changed: Changed, found: Rehearsal) -> None:
    tables = sorted(changed.tables)
    more = f" and {len(tables) - TABLES} more" if len(tables) > TABLES else ""
    named = f": {', '.join(tables[:TABLES])}{more}" if tables else ""
    product = f"product {key.product}" if key.product else "any product"
    say(f"  {user}: {plural(changed.statements, 'statement')}, {product}{named}")
    say(f"    now {key.before}; then {key.after}")
    for runs, shape in lines_of(changed, found.shapes, SHAPES):
        title = " ".join(shape.title.split())
        say(f"    {runs:>9,}  {title[:TEXT]}{' …' if len(title) > TEXT else ''}")
    if (rest := len(changed.shapes) - SHAPES) > 0:
        say(f"    and {plural(rest, 'shape')} more")


def print_rehearsal_as_json(done: Done) -> None:
    """Print all of it for programs."""
    found = done.rehearsal
    print_json(
        {
            "recording": asdict(found.header) | {"file": str(done.file)},
            "what_if": list(done.told),
            "statements": found.statements,
            "users": len(found.users),
            "decided_otherwise_since": found.otherwise,
            "totals": {
                change.value: dict(zip(("users", "statements"), found.totals(change), strict=True))
                for change in Change
            },
            "changes": [
                _value(key, one, found) for change in Change for key, one in found.of(change)
            ],
        }
    )


def _value(key: ChangeKey, changed: Changed, found: Rehearsal) -> dict[str, object]:
    return {
        "change": key.change.value,
        "user": key.user,
        "product": key.product,
        "before": key.before,
        "after": key.after,
        "statements": changed.statements,
        "tables": sorted(changed.tables),
        "shapes": [
            {"statements": runs, "shape": shape.title, "tables": list(shape.touches)}
            for runs, shape in lines_of(changed, found.shapes, len(changed.shapes))
        ],
    }
