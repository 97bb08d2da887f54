"""What holds on a server, as `pgtoll init` and `pgtoll doctor` print it."""

from collections.abc import Iterable

from pgtoll.cli.output import print_facts, say
from pgtoll.engine.guarantees import Guarantee, Holds, weakened


def print_guarantees(engine: str, owner: str, all_: Iterable[Guarantee]) -> None:
    """Print each guarantee on a line, and of what does not hold in full why, and what to do."""
    told = tuple(all_)
    say(f"guarantees on {engine}, by the rights of role {owner}:")
    for one in told:
        say(f"  {one.holds.value:<7} {one.name:<9} {one.what}")
        if one.holds is not Holds.YES:
            _print_reason(one)
    if not weakened(told):
        say("every guarantee holds")


def _print_reason(one: Guarantee) -> None:
    print_facts({"                   why": one.why or None})
    for line in one.fix:
        say(f"                      fix  {line}")


def guarantees_as_json(all_: Iterable[Guarantee]) -> list[dict[str, object]]:
    """Return the same for programs; the keys stay as they are from version to version."""
    return [
        {
            "guarantee": one.name,
            "holds": one.holds.value,
            "what": one.what,
            "why": one.why,
            "fix": list(one.fix),
        }
        for one in all_
    ]
