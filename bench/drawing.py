"""Pictures in SVG, written by hand: text, lines, dots and bars on scales. No library is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import escape

INK, FAINT, GRID = "#1f2933", "#6b7683", "#e3e8ee"
FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif"
LETTER = 0.56  # the typical width of a letter, as a part of the font's size
MOST_TICKS = 8

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values are in a picture: from `low` at `start` to `high` at `end`, in pixels."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """Return the place of a value; what is beyond the ends is at the end."""
        held = min(max(value, self.low), self.high)
        part = self._part(held)
        return self.start + part * (self.end - self.start)

    def _part(self, value: float) -> float:
        if self.log:
            return log10(value / self.low) / log10(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Return round values that divide the scale."""
        found = _powers(self.low, self.high) if self.log else _steps(self.low, self.high)
        return [value for value in found if self.low <= value <= self.high]


def scale(values: Sequence[float], start: float, end: float, *, log: bool = False) -> Scale:
    """Return a scale with room for all values; one that is not logarithmic begins at 0."""
    if log:
        positive = [value for value in values if value > 0] or [1.0]
        return Scale(min(positive) / 1.15, max(positive) * 1.15, start, end, log=True)
    return Scale(0.0, max(values, default=1.0) * 1.08 or 1.0, start, end)


def _powers(low: float, high: float) -> list[float]:
    decades = range(floor(log10(low)), ceil(log10(high)) + 1)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        found = [factor * 10.0**decade for decade in decades for factor in factors]
        inside = [value for value in found if low <= value <= high]
        if len(inside) <= MOST_TICKS:
            break
    return inside


def _steps(low: float, high: float) -> list[float]:
    rough = (high - low) / (MOST_TICKS - 2)
    unit = 10.0 ** floor(log10(rough))
    step = next(factor * unit for factor in (1, 2, 5, 10) if factor * unit >= rough)
    return [number * step for number in range(floor(low / step), ceil(high / step) + 1)]


class Picture:
    """An SVG file in the making."""

    def __init__(self, width: float, height: float, title: str, subtitle: str) -> None:
        self.width, self.height = width, height
        self._title = title
        self._parts: list[str] = []
        self.text(24, 36, title, size=18, bold=True)
        self.text(24, 58, subtitle, size=12.5, ink=FAINT)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 12.5,
        ink: str = INK,
        anchor: str = "start",
        bold: bool = False,
    ) -> None:
        """Write one line; `anchor` says what of it is at `x`: start, middle or end."""
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{ink}" '
            f'text-anchor="{anchor}"{weight}>{escape(words)}</text>'
        )

    def line(self, one: Point, other: Point, *, ink: str, width: float = 1, dash: str = "") -> None:
        """Draw a straight line."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<line x1="{one[0]:.1f}" y1="{one[1]:.1f}" x2="{other[0]:.1f}" y2="{other[1]:.1f}" '
            f'stroke="{ink}" stroke-width="{width:g}" stroke-linecap="round"{dashes}/>'
        )

    def curve(self, points: Sequence[Point], *, ink: str, width: float = 2) -> None:
        """Draw lines from point to point."""
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._parts.append(
            f'<polyline points="{places}" fill="none" stroke="{ink}" stroke-width="{width:g}" '
            'stroke-linejoin="round"/>'
        )

    def dot(self, at: Point, *, ink: str, radius: float = 4.5) -> None:
        """Draw a dot."""
        self._parts.append(
            f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:g}" fill="{ink}" '
            'stroke="#ffffff" stroke-width="1"/>'
        )

    def bar(self, at: Point, width: float, height: float, *, ink: str, faint: bool = False) -> None:
        """Draw a bar from its upper left corner."""
        opacity = ' fill-opacity="0.45"' if faint else ""
        self._parts.append(
            f'<rect x="{at[0]:.1f}" y="{at[1]:.1f}" width="{max(width, 0):.1f}" '
            f'height="{height:.1f}" rx="1.5" fill="{ink}"{opacity}/>'
        )

    def legend(self, entries: Sequence[tuple[str, str]], y: float) -> None:
        """Say which colour means what, from left to right."""
        x = 30.0
        for words, ink in entries:
            self.dot((x, y - 4), ink=ink, radius=5)
            self.text(x + 10, y, words)
            x += 10 + len(words) * 12.5 * LETTER + 24

    def svg(self) -> str:
        """Return the file's text."""
        size = f'width="{self.width:g}" height="{self.height:g}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
                f'viewBox="0 0 {self.width:g} {self.height:g}" role="img" '
                f'font-family="{FONT}">',
                f"<title>{escape(self._title)}</title>",
                f'<rect {size} rx="6" fill="#ffffff"/>',
                *self._parts,
                "</svg>\n",
            ]
        )
