"""Figures -> one page that needs nothing else: of what there is very much, what matters most."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from jinja2 import Environment

from pgtoll.console.rendering import make_environment
from pgtoll.report.charts import Chart, Extent, extent, level, lines, share, stacks
from pgtoll.report.decisions import Decision, decide, folded, full_on
from pgtoll.report.figures import Figures, LicenseFigures, ProductFigures, TableDay, UserRefusals

MOST_DECISIONS = 15
MOST_PRODUCTS = 20
MOST_DRAWN = 9  # products whose seats are drawn over time
MOST_IDLE = 30  # users with a seat that they do not use
MOST_LICENSES = 25
MOST_REFUSED = 5  # products, and the others together
MOST_USERS = 10
MOST_TABLES = 6
AHEAD_DAYS = 400  # of licenses
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Row:
    """A product, and its bars in percent of the largest."""

    product: ProductFigures
    bought: float
    granted: float
    used: float


@dataclass(frozen=True, slots=True)
class History:
    """The seats of one product over time."""

    title: str
    chart: Chart
    words: str


@dataclass(frozen=True, slots=True)
class Span:
    """A license in the calendar."""

    license: LicenseFigures
    extent: Extent
    tone: str


@dataclass(frozen=True, slots=True)
class Growth:
    """A table in demo mode."""

    last: TableDay
    full: date | None
    share: float


@dataclass(frozen=True, slots=True)
class View:
    """What the template writes."""

    figures: Figures
    decisions: tuple[Decision, ...]
    more_decisions: int
    bought: int
    granted: int
    used: int
    rows: tuple[Row, ...]
    rest: tuple[ProductFigures, ...]  # with seats, beyond those
    titles: dict[str, str]
    histories: tuple[History, ...]
    crowd: Chart | None
    spans: tuple[Span, ...]
    more_licenses: int
    calendar: tuple[tuple[float, str], ...]  # the firsts of some months, in percent
    today: float
    refused: Chart | None
    observed: Chart | None  # what would have been refused, but for observe mode
    refused_names: tuple[str, ...]  # of both
    refused_products: tuple[tuple[str, int, int], ...]  # how much was, and would have been
    refused_users: tuple[UserRefusals, ...]
    growth: tuple[Growth, ...]
    grown: Chart | None
    cap_at: float  # where the cap is in it
    most_idle: int = MOST_IDLE


def render(figures: Figures) -> str:
    """Return the page."""
    return _environment().get_template("report.html").render(view=view(figures))


@cache
def _environment() -> Environment:
    environment = make_environment("pgtoll.report")
    environment.filters["number"] = lambda number: f"{number:,}"
    return environment


def view(figures: Figures) -> View:
    """Return what of the figures is shown, and how."""
    seated = [one for one in figures.products if one.bought or one.granted]
    seated.sort(key=lambda one: (-one.idle - one.spare, -one.bought, one.title))
    decisions = folded(decide(figures))
    spans, more = _spans(figures)
    names, totals, refused, observed = _refused(figures)
    growth, grown = _grown(figures)
    first, last = _calendar(figures)
    return View(
        figures=figures,
        decisions=decisions[:MOST_DECISIONS],
        more_decisions=max(len(decisions) - MOST_DECISIONS, 0),
        bought=sum(one.bought for one in seated),
        granted=sum(one.granted for one in seated),
        used=sum(one.used for one in seated),
        rows=_rows(seated[:MOST_PRODUCTS]),
        rest=tuple(seated[MOST_PRODUCTS:]),
        titles={one.code: one.title for one in figures.products},
        histories=_histories(figures, seated),
        crowd=_crowd(figures),
        spans=spans,
        more_licenses=more,
        calendar=_months(first, last),
        today=extent(figures.today, figures.today, first, last).start,
        refused=refused,
        observed=observed,
        refused_names=names,
        refused_products=totals,
        refused_users=figures.refused[:MOST_USERS],
        growth=growth,
        grown=grown,
        cap_at=level(grown, growth[0].last.cap) if grown else 0.0,
    )


def _rows(products: Sequence[ProductFigures]) -> tuple[Row, ...]:
    most = max((max(one.bought, one.granted) for one in products), default=0)
    return tuple(
        Row(one, share(one.bought, most), share(one.granted, most), share(one.used, most))
        for one in products
    )


# Seats over time


def _histories(figures: Figures, products: Sequence[ProductFigures]) -> tuple[History, ...]:
    by_product: dict[str, list[tuple[date, int, int, int]]] = {}
    for one in figures.seats:
        by_product.setdefault(one.product, []).append((one.day, one.bought, one.granted, one.used))
    found: list[History] = []
    for product in products:
        days = by_product.get(product.code, [])
        if days and len(found) < MOST_DRAWN:
            series = {
                "bought": [(day, float(bought)) for day, bought, _, _ in days],
                "granted": [(day, float(granted)) for day, _, granted, _ in days],
                "used": [(day, float(used)) for day, _, _, used in days],
            }
            chart = lines(series, figures.since, figures.today)
            start, end = days[0], days[-1]
            words = (
                f"{product.title}: on {start[0]} {start[1]:,} bought, {start[2]:,} granted,"
                f" {start[3]:,} used; on {end[0]} {end[1]:,} bought, {end[2]:,} granted,"
                f" {end[3]:,} used"
            )
            found.append(History(product.title, chart, words))
    return tuple(found)


def _crowd(figures: Figures) -> Chart | None:
    if not figures.crowd:
        return None
    points = [(one.day, float(one.users)) for one in figures.crowd]
    return lines({"users": points}, figures.since, figures.today)


# Licenses


def _calendar(figures: Figures) -> tuple[date, date]:
    """Return the first and the last day of the calendar of licenses."""
    return figures.since, figures.today + timedelta(days=AHEAD_DAYS)


def _spans(figures: Figures) -> tuple[tuple[Span, ...], int]:
    first, last = _calendar(figures)
    shown = [one for one in figures.licenses if one.ends >= first and one.starts <= last]
    spans = tuple(
        Span(one, extent(one.starts, one.ends, first, last), _tone(one, figures.today))
        for one in shown[:MOST_LICENSES]
    )
    return spans, len(figures.licenses) - len(spans)


def _tone(license: LicenseFigures, today: date) -> str:
    if license.state != "in force":
        return "note" if license.starts > today else "bad"
    return "warn" if (license.ends - today).days <= 60 else "good"


def _months(first: date, last: date) -> tuple[tuple[float, str], ...]:
    """Return the firsts of months, some six of them, with their places in percent."""
    months = []
    year, month = first.year, first.month
    while (day := date(year, month, 1)) <= last:
        if day >= first:
            months.append(day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    step = max(len(months) // 6, 1)
    return tuple((extent(day, day, first, last).start, f"{day:%Y-%m}") for day in months[::step])


# Refusals


def _refused(
    figures: Figures,
) -> tuple[tuple[str, ...], tuple[tuple[str, int, int], ...], Chart | None, Chart | None]:
    """Return the names of the pieces, how much there was of each product, and the pictures."""
    refused, observed = Counter[str](), Counter[str]()
    for one in figures.refusals:
        refused[one.product] += one.refusals
        observed[one.product] += one.observed
    totals = refused + observed
    most = [code for code, _ in totals.most_common(MOST_REFUSED)]
    named = {code: _named(code, figures) for code in totals}
    pieces = {code: named[code] if code in most else OTHERS for code in totals}
    names = (*(named[code] for code in most), *([OTHERS] if len(totals) > len(most) else []))
    listed = tuple(
        (named[code], refused[code], observed[code]) for code, _ in totals.most_common(MOST_USERS)
    )
    done = _by_day((one.day, pieces.get(one.product), one.refusals) for one in figures.refusals)
    seen = _by_day((one.day, pieces.get(one.product), one.observed) for one in figures.refusals)
    return names, listed, _stacked(done, names, figures), _stacked(seen, names, figures)


def _stacked(
    days: Mapping[date, Mapping[str, int]], names: Sequence[str], figures: Figures
) -> Chart | None:
    return stacks(days, names, figures.since, figures.today) if days else None


def _by_day(counts: Iterable[tuple[date, str | None, int]]) -> dict[date, Counter[str]]:
    days: dict[date, Counter[str]] = {}
    for day, name, count in counts:
        if name and count:
            days.setdefault(day, Counter())[name] += count
    return days


def _named(code: str, figures: Figures) -> str:
    titles = {one.code: one.title for one in figures.products}
    return titles.get(code, code) or "no product"


# Growth


def _grown(figures: Figures) -> tuple[tuple[Growth, ...], Chart | None]:
    series: dict[str, list[TableDay]] = {}
    for one in figures.tables:
        series.setdefault(one.table, []).append(one)
    recent = max((one.day for one in figures.tables), default=figures.today)
    living = [days for days in series.values() if days[-1].day == recent]
    living.sort(key=lambda days: (-days[-1].rows / max(days[-1].cap, 1), days[-1].table))
    shown = living[:MOST_TABLES]
    growth = tuple(
        Growth(days[-1], full_on(days), share(days[-1].rows, days[-1].cap)) for days in shown
    )
    if not shown:
        return (), None
    cap = max(days[-1].cap for days in shown)
    points = {days[-1].table: [(one.day, float(one.rows)) for one in days] for days in shown}
    return growth, lines(points, figures.since, figures.today, most=cap)
