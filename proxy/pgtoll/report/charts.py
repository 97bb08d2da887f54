"""Figures -> the geometry of pictures: numbers that a template writes into SVG, and no colour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 640.0, 200.0  # of a drawing, in its own units
LEFT, RIGHT, TOP, BOTTOM = 44.0, 8.0, 10.0, 24.0
MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One series of a line chart."""

    name: str
    points: str  # of a polyline
    x: float  # where it ends
    y: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle."""

    name: str
    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing over days."""

    lines: tuple[Line, ...]
    bars: tuple[Bar, ...]
    across: tuple[Tick, ...]  # days
    up: tuple[Tick, ...]  # numbers
    most: float


class Scale:
    """Where days and numbers are in a drawing."""

    def __init__(self, first: date, last: date, most: float) -> None:
        self.first, self.last = first, max(last, first + timedelta(days=1))
        self.most = max(most, 1.0)

    def x(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, number: float) -> float:
        return HEIGHT - BOTTOM - min(number / self.most, 1.0) * (HEIGHT - TOP - BOTTOM)

    def across(self) -> tuple[Tick, ...]:
        days = (self.last - self.first).days
        count = min(MOST_TICKS - 1, days)
        marks = [self.first + timedelta(days=days * at // count) for at in range(count + 1)]
        return tuple(Tick(round(self.x(one), 1), f"{one}") for one in marks)

    def up(self) -> tuple[Tick, ...]:
        step = nice(self.most / 5)
        marks = [at * step for at in range(int(self.most / step) + 1)]
        return tuple(Tick(round(self.y(one), 1), f"{one:,.0f}") for one in marks)


def nice(number: float) -> float:
    """Return the least of 1, 2, 5, 10, 20 … that is not below a number."""
    step = 1.0
    while True:
        for factor in (1, 2, 5):
            if factor * step >= number:
                return factor * step
        step *= 10


def lines(
    series: Mapping[str, Sequence[tuple[date, float]]],
    first: date,
    last: date,
    *,
    most: float = 0,
) -> Chart:
    """Return lines over days; `most` is the least height that the drawing has."""
    top = max([most, *(number for points in series.values() for _, number in points)])
    scale = Scale(first, last, nice_top(top))
    drawn = tuple(_line(scale, name, points) for name, points in series.items() if points)
    return Chart(drawn, (), scale.across(), scale.up(), scale.most)


def nice_top(number: float) -> float:
    """Return a height that leaves some room above a number."""
    step = nice(max(number, 1) / 4)
    return step * (int(number / step) + 1)


def _line(scale: Scale, name: str, points: Sequence[tuple[date, float]]) -> Line:
    places = [(round(scale.x(day), 1), round(scale.y(number), 1)) for day, number in points]
    if len(places) == 1:  # one day alone is a short stroke
        (x, y) = places[0]
        places = [(x - 3, y), (x + 3, y)]
    return Line(name, " ".join(f"{x:g},{y:g}" for x, y in places), *places[-1])


def stacks(
    days: Mapping[date, Mapping[str, int]], names: Sequence[str], first: date, last: date
) -> Chart:
    """Return a bar for each day, made of a piece for each name."""
    most = max((sum(one.values()) for one in days.values()), default=0)
    # Room for the bar of the last day.
    scale = Scale(first, last + timedelta(days=1), nice_top(most))
    width = max((WIDTH - LEFT - RIGHT) / ((scale.last - scale.first).days) - 0.6, 0.4)
    bars = []
    for day, pieces in sorted(days.items()):
        below = 0
        for name in names:
            if count := pieces.get(name, 0):
                y = scale.y(below + count)
                words = f"{day}: {count:,} of {name}"
                height = scale.y(below) - y
                bars.append(Bar(name, round(scale.x(day), 2), round(y, 2), round(width, 2),
                                round(height, 2), words))  # fmt: skip
                below += count
    across = Scale(first, last, 1).across()  # nothing is drawn of tomorrow but its beginning
    return Chart((), tuple(bars), across, scale.up(), scale.most)


def level(chart: Chart, number: float) -> float:
    """Return where a number is in a drawing."""
    return round(HEIGHT - BOTTOM - number / chart.most * (HEIGHT - TOP - BOTTOM), 1)


@dataclass(frozen=True, slots=True)
class Extent:
    """From when to when something lasts, in percent of a width."""

    start: float
    width: float
    cut: bool  # it goes on beyond the right edge


def extent(starts: date, ends: date, first: date, last: date) -> Extent:
    """Return where a time span is between two days."""
    whole = (last - first).days
    left = min(max((starts - first).days / whole, 0), 1)
    right = min(max(((ends - first).days + 1) / whole, 0), 1)
    return Extent(round(100 * left, 2), round(max(100 * (right - left), 0.4), 2), ends > last)


def share(part: float, whole: float) -> float:
    """Return a part in percent of the whole, for the widths of bars."""
    return round(min(100 * part / whole, 100), 2) if whole else 0.0
