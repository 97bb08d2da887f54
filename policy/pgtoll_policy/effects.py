"""What running a piece of code may do: values that add up along all that leads to more code."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pgtoll_policy.concerns import Concern, gravest
from pgtoll_policy.oids import NO_OIDS, Oids

PARALLEL = "is marked PARALLEL SAFE: what a worker reads is not in the session's account"


@dataclass(frozen=True, slots=True)
class Effect:
    """All that may happen; where there is a concern, more may."""

    touches: Oids = NO_OIDS  # relations that may be read or changed
    fills: Oids = NO_OIDS  # relations that may get rows
    aside: Oids = NO_OIDS  # relations that a parallel worker may touch, which no account shows
    concern: Concern | None = None  # why code may run that cannot be read
    catches: bool = False  # whether errors may be caught, and what was done before be undone
    probes: bool = False  # whether it may ask if a parameter of some name is there
    runs: bool = False  # whether it may run a user's function that was read
    invents: bool = False  # whether it makes up a name of one, besides what the concern says
    shifts: Oids = NO_OIDS  # partitioned tables in which rows may move

    @property
    def read(self) -> bool:
        """Whether no code is part of it that is not read."""
        return not (self.concern and self.concern.unread)


NO_EFFECT = Effect()


def combined(effects: Iterable[Effect]) -> Effect:
    """Return what all of these may do together."""
    parts = {id(one): one for one in effects}
    parts.pop(id(NO_EFFECT), None)  # most are
    if len(parts) < 2:
        return next(iter(parts.values()), NO_EFFECT)
    touches = fills = aside = shifts = NO_OIDS
    catches = probes = runs = invents = False
    concerns: list[Concern] = []
    for one in parts.values():
        touches |= one.touches
        fills |= one.fills
        aside |= one.aside
        shifts |= one.shifts
        catches = catches or one.catches
        probes = probes or one.probes
        runs = runs or one.runs
        invents = invents or one.invents
        if one.concern:
            concerns.append(one.concern)
    worst = gravest(concerns)
    return Effect(touches, fills, aside, worst, catches, probes, runs, invents, shifts)


def through(effect: Effect, what: str) -> Effect:
    """Return the effect of a function as that of what runs it."""
    concern = effect.concern
    if concern is None:
        return effect
    if concern.function:
        told = f'{what} may run function "{concern.function}"'
    else:
        told = f"{what} is used: {concern.opaque}"
    return replace(effect, concern=replace(concern, opaque=told))


def of_function(effect: Effect, name: str, *, in_worker: bool) -> Effect:
    """Return what is reached from inside a function as the function's own effect.

    `in_worker` says that the function may run in a parallel worker.
    """
    concern = effect.concern
    if concern and not concern.function:
        told = f'in function "{name}": {concern.opaque}'
        concern = replace(concern, opaque=told, function=name)
    if concern and in_worker and not concern.unwatchable:
        concern = replace(concern, unwatchable=PARALLEL)
    aside = effect.aside | effect.touches if in_worker else effect.aside
    return replace(effect, aside=aside, concern=concern)
