"""The pictures of a run: what paths cost, what they let through, what they add, what they hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.drawing import FAINT, GRID, INK, Picture, Scale, scale
from bench.figures import BESIDE, Spread, idle, ratios, series, spread, to_yardstick
from bench.report import number
from bench.results import Results
from bench.samples import SHARES

# Colours that people who do not see all of them can still tell apart (Okabe and Ito).
INKS = {
    "direct": "#8a94a0",
    "haproxy": "#e69f00",
    "pgbouncer": "#d55e00",
    "pgpool": "#b0558f",
    "licensed": "#0072b2",
    "demo": "#56b4e9",
    "observing": "#009e73",
    "judged": "#4b5bab",
    "licensed-2": "#004a75",
    "pgbouncer-2": "#8f3f00",
}
DOTTED = ("haproxy", "pgbouncer", "pgpool", "licensed", "demo", "observing")
STACKED = ("select-simple-8", "select-extended-8", "select-prepared-8")
CURVED = "select-prepared-8"
CURVED_SHARES = [share for share in SHARES if 0.5 <= share <= 0.999]
WIDTH, LEFT, RIGHT = 960.0, 190.0, 930.0
TOP, HIGHER = 112.0, 80.0  # where the drawing begins, with a legend and without
LANE = 9.0  # the height that a path has in a row of dots
TALL = 430.0  # the height of the axis in a picture of curves


def draw(results: Results, directory: Path) -> None:
    """Write the pictures for which there are figures."""
    for name, picture in PICTURES.items():
        drawn = picture(results)
        file = directory / f"{name}.svg"
        file.unlink(missing_ok=True)
        if drawn is not None:
            file.write_text(drawn.svg(), encoding="utf-8")


def _under(results: Results) -> str:
    """Return the line that says where the figures come from."""
    about = results.surroundings
    rounds = f"{results.settings['rounds']:g} rounds"
    return f"{about['machine']}; {rounds}; commit {about['commit']}, {about['build']}"


# Rows of dots


@dataclass(frozen=True, slots=True)
class Dots:
    """What a picture of dots shows: for each workload and path a spread, and what 1 stands for."""

    title: str
    one: str  # the path that is 1 by definition
    rows: Mapping[str, Mapping[str, Spread]]


def cpu_ratios(results: Results) -> Picture | None:
    """Draw the CPU time for a unit as multiples of PgBouncer's."""
    rows = _spreads(results, lambda w, t: to_yardstick(results, w, t, "CPU"))
    title = "CPU time of the proxy for the same work, as a multiple of PgBouncer's"
    return _dotted(results, Dots(title, "pgbouncer", rows))


def throughput(results: Results) -> Picture | None:
    """Draw what gets through, as a part of what does without a proxy."""

    def part(workload: str, target: str) -> Mapping[int, float]:
        mine, direct = (series(results, workload, name, "rate") for name in (target, BESIDE))
        return ratios(mine, direct)

    title = "Throughput, as a multiple of a direct connection's"
    return _dotted(results, Dots(title, BESIDE, _spreads(results, part)))


def _spreads(
    results: Results, values: Callable[[str, str], Mapping[int, float]]
) -> dict[str, dict[str, Spread]]:
    rows: dict[str, dict[str, Spread]] = {}
    for workload, target in results.pairs():
        found = spread(values(workload, target).values())
        if found is not None and found.low > 0 and target in DOTTED:
            rows.setdefault(workload, {})[target] = found
    return rows


def _dotted(results: Results, dots: Dots) -> Picture | None:
    shown = [name for name in DOTTED if any(name in row for row in dots.rows.values())]
    names = [name for name in shown if name != dots.one]
    ends = [
        end for row in dots.rows.values() for one in row.values() for end in (one.low, one.high)
    ]
    if not names or not ends:
        return None
    height = LANE * len(names) + 10
    bottom = TOP + height * len(dots.rows)
    picture = Picture(WIDTH, bottom + 52, dots.title, _under(results))
    picture.legend([(name, INKS[name]) for name in names], 88)
    across = scale([1.0, *ends], LEFT, RIGHT, log=True)
    for index in range(0, len(dots.rows), 2):
        picture.bar((24, TOP + height * index), RIGHT - 18, height, ink=GRID, faint=True)
    _grid(picture, across, TOP, bottom)
    _reference(picture, across, dots.one, bottom)
    for index, (workload, row) in enumerate(dots.rows.items()):
        y = TOP + height * index
        picture.text(LEFT - 14, y + height / 2 + 4, workload, anchor="end")
        for lane, name in enumerate(names):
            if name in row:
                _dot(picture, across, row[name], y + 5 + LANE * (lane + 0.5), INKS[name])
    return picture


def _dot(picture: Picture, across: Scale, found: Spread, y: float, ink: str) -> None:
    picture.line((across.at(found.low), y), (across.at(found.high), y), ink=ink, width=1.6)
    picture.dot((across.at(found.median), y), ink=ink, radius=4)


def _grid(picture: Picture, across: Scale, top: float, bottom: float) -> None:
    """Draw the ticks of a horizontal scale."""
    for value in across.ticks():
        x = across.at(value)
        picture.line((x, top), (x, bottom), ink=GRID)
        picture.text(x, bottom + 20, f"{value:g}", anchor="middle", ink=FAINT)


def _reference(picture: Picture, across: Scale, name: str, bottom: float) -> None:
    x = across.at(1.0)
    picture.line((x, TOP), (x, bottom), ink=INKS[name], width=1.5, dash="5 4")
    picture.text(x, bottom + 38, name, anchor="middle", ink=INKS[name], bold=True)


# Bars


def cpu(results: Results) -> Picture | None:
    """Draw the CPU time of a query, user and system apart."""
    groups = [(name, _stacks(results, name)) for name in STACKED if name in results.workloads]
    most = [user + system for _, stacks in groups for _, user, system in stacks]
    if not most:
        return None
    lines = sum(len(stacks) + 1.4 for _, stacks in groups)
    bottom = HIGHER + lines * 20
    title = "CPU time of the proxy for a query: dark in user mode, light in the kernel, µs"
    picture = Picture(WIDTH, bottom + 40, title, _under(results))
    across = scale([*most, max(most) * 1.05], LEFT, RIGHT)
    _grid(picture, across, HIGHER, bottom)
    y = HIGHER
    for name, stacks in groups:
        picture.text(24, y + 15, results.workloads[name].title, bold=True)
        y += 22
        for target, user, system in stacks:
            _stack(picture, across, y, target, user, system)
            y += 20
        y += 6
    return picture


def _stacks(results: Results, workload: str) -> list[tuple[str, float, float]]:
    found = []
    for target in results.targets:
        user, system = (
            spread(series(results, workload, target, part).values()) for part in ("user", "system")
        )
        if user and system:
            found.append((target, user.median, system.median))
    return found


def _stack(
    picture: Picture, across: Scale, y: float, target: str, user: float, system: float
) -> None:
    begin, middle, end = across.at(0), across.at(user), across.at(user + system)
    picture.text(LEFT - 14, y + 12, target, anchor="end")
    picture.bar((begin, y), middle - begin, 15, ink=INKS[target])
    picture.bar((middle, y), end - middle, 15, ink=INKS[target], faint=True)
    picture.text(end + 7, y + 12, number(user + system), ink=FAINT)


def idle_memory(results: Results) -> Picture | None:
    """Draw what an idle client costs; the scale is logarithmic, for processes cost much."""
    found = {name: one for name in results.targets if (one := idle(results, name)) is not None}
    values = [one.median for one in found.values() if one.median > 0]
    if not values:
        return None
    bottom = HIGHER + 6 + 30 * len(found)
    title = f"Memory of the proxy for each of {results.settings['idle']:g} idle clients, kB"
    picture = Picture(WIDTH, bottom + 40, title, _under(results) + "; logarithmic scale")
    across = Scale(min(0.5, *values), max(values) * 1.8, LEFT, RIGHT, log=True)
    for index, (name, one) in enumerate(found.items()):
        y = HIGHER + 6 + 30 * index
        end = across.at(max(one.median, across.low))
        picture.text(LEFT - 14, y + 15, name, anchor="end")
        picture.bar((LEFT, y), end - LEFT, 20, ink=INKS[name])
        picture.text(end + 8, y + 15, number(one.median), ink=INK)
    return picture


# Curves


def latency(results: Results) -> Picture | None:
    """Draw how long the slowest part of the transactions takes."""
    curves = {name: _curve(results, name) for name in results.targets if name in INKS}
    curves = {name: points for name, points in curves.items() if len(points) > 1}
    if not curves:
        return None
    bottom = TOP + TALL
    title = f"Latency of {results.workloads[CURVED].title}, ms: medians of the rounds"
    picture = Picture(WIDTH, bottom + 56, title, _under(results))
    picture.legend([(name, INKS[name]) for name in curves], 88)
    times = [time for points in curves.values() for _, time in points]
    up = scale(times, bottom, TOP, log=True)
    shares = sorted({share for points in curves.values() for share, _ in points})
    across = {share: 80 + (RIGHT - 80) * at / (len(shares) - 1) for at, share in enumerate(shares)}
    _axes(picture, up, across, bottom)
    for name, points in curves.items():
        places = [(across[share], up.at(time)) for share, time in points]
        picture.curve(places, ink=INKS[name])
        for place in places:
            picture.dot(place, ink=INKS[name], radius=3.5)
    return picture


def _axes(picture: Picture, up: Scale, across: Mapping[float, float], bottom: float) -> None:
    for value in up.ticks():
        y = up.at(value)
        picture.line((80, y), (RIGHT, y), ink=GRID)
        picture.text(70, y + 4, f"{value:g}", anchor="end", ink=FAINT)
    for share, x in across.items():
        picture.line((x, TOP), (x, bottom), ink=GRID)
        picture.text(x, bottom + 20, f"{share * 100:g} %", anchor="middle", ink=FAINT)
    words = "of the transactions are done within this time"
    picture.text((80 + RIGHT) / 2, bottom + 42, words, anchor="middle", ink=FAINT)


def _curve(results: Results, target: str) -> Sequence[tuple[float, float]]:
    samples = results.of(CURVED, target).values()
    found = []
    for share in CURVED_SHARES:
        times = [sample.latency(share) for sample in samples]
        known = [time for time in times if time is not None]
        if known and len(known) == len(times):  # in all rounds, or the curve would lie
            found.append((share, median(known)))
    return found


PICTURES: Mapping[str, Callable[[Results], Picture | None]] = {
    "cpu": cpu,
    "cpu-ratios": cpu_ratios,
    "throughput": throughput,
    "latency": latency,
    "idle": idle_memory,
}
