"""Seats used and available as a pie, drawn by the server."""

from dataclasses import dataclass
from math import cos, pi, sin

from pgtoll.counts import plural

RADIUS = 48.0
CENTRE = 50.0


@dataclass(frozen=True, slots=True)
class Pie:
    """What the template draws: one slice on a disc of what is left."""

    path: str  # of the slice, "" for none
    full: bool  # the slice is the whole disc
    over: bool  # more is used than there is
    words: str  # for those who do not see it


def pie(used: int, bought: int) -> Pie:
    """Return the picture of so many seats used of those bought."""
    over = used > bought
    words = f"{used:,} of {plural(bought, 'seat')} used, {max(bought - used, 0):,} available"
    if over:
        words = f"{plural(used, 'seat')} granted, {used - bought:,} more than were bought"
    if used <= 0:
        return Pie("", full=False, over=over, words=words)
    if used >= bought:
        return Pie("", full=True, over=over, words=words)
    return Pie(_slice(used / bought), full=False, over=over, words=words)


def _slice(share: float) -> str:
    """Return the slice that begins at twelve o'clock and goes round with the clock."""
    angle = 2 * pi * share
    x, y = CENTRE + RADIUS * sin(angle), CENTRE - RADIUS * cos(angle)
    large = int(share > 0.5)
    return (
        f"M{CENTRE:g} {CENTRE:g}V{CENTRE - RADIUS:g}"
        f"A{RADIUS:g} {RADIUS:g} 0 {large} 1 {x:.3f} {y:.3f}Z"
    )
