"""What whoever pays is to decide now, in sentences, the most pressing first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from pgtoll.counts import plural
from pgtoll.report.figures import Figures, ProductFigures, TableDay

MOST_ALIKE = 4  # decisions of a kind that are told one by one
PACE_DAYS = 30  # over which the growth of a table is looked at
FAR_DAYS = 180  # a table that is full later than this is nothing to decide about

_REST = {
    "expired": "The licenses of {more} have expired.",
    "expires": "The licenses of {more} end soon.",
    "beyond": "{more}: {seats} granted beyond those bought.",
    "idle": "{more}: {seats} not used either.",
    "spare": "{more}: {seats} granted to nobody.",
    "lacking": "{more}: {people} without a seat refused.",
    "would_lack": "{more}: {people} without a seat would have been refused.",
    "full": "Full as well, in demo mode: {tables}.",
    "grows": "Soon full as well, in demo mode: {tables}.",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing to decide."""

    tone: str  # "bad": somebody is kept from working; "warn": soon, or money; "note": to know
    text: str
    kind: str  # what it is about: "expired", "idle" …
    weight: int = 1  # how many seats, people or rows it is about


def decide(figures: Figures) -> tuple[Decision, ...]:
    """Return what there is to decide."""
    found = [
        *(one for product in figures.products for one in _of_product(product, figures)),
        *_of_tables(figures),
        *_of_knowledge(figures),
    ]
    order = {"bad": 0, "warn": 1, "note": 2}
    return tuple(sorted(found, key=lambda one: (order[one.tone], one.kind, -one.weight)))


def folded(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return decisions with those of a kind that come in great number told as one."""
    told: list[Decision] = []
    for kind, group in groupby(decisions, key=lambda one: one.kind):
        alike = list(group)
        told += alike[:MOST_ALIKE]
        if rest := alike[MOST_ALIKE:]:
            weight = sum(one.weight for one in rest)
            text = _REST[kind].format(
                more=plural(len(rest), "more product"),
                tables=plural(len(rest), "more table"),
                seats=plural(weight, "seat"),
                people=plural(weight, "person", "people"),
            )
            told.append(Decision(rest[0].tone, text, kind))
    return tuple(told)


def _of_product(product: ProductFigures, figures: Figures) -> Iterator[Decision]:
    title, period = product.title, plural(figures.idle_days, "day")
    seats = plural(product.granted, "seat")
    if product.expired:
        kept = f": {plural(product.granted, 'person', 'people')} cannot use it" * bool(
            product.granted
        )
        text = f"{title}: {product.expires}{kept}. Renew it."
        yield Decision("bad", text, "expired", product.granted)
    elif product.expires:
        text = f"{title}: {product.expires}. {_needed(product, period)}"
        yield Decision("warn", text, "expires", product.bought)
    if product.granted > product.bought > 0:
        beyond = product.granted - product.bought
        yield Decision(
            "bad",
            f"{title}: {seats} are granted and {product.bought:,} were bought: {beyond:,} do not"
            " count. Buy more, or take some back.",
            "beyond",
            beyond,
        )
    if product.idle:
        was = "has" if product.idle == 1 else "have"
        yield Decision(
            "warn",
            f"{product.idle:,} of {seats} of {title} {was} not been used for {period}.",
            "idle",
            product.idle,
        )
    if product.spare:
        are = "is" if product.spare == 1 else "are"
        yield Decision(
            "note",
            f"{product.spare:,} of {plural(product.bought, 'seat')} bought of {title} {are} granted"
            " to nobody.",
            "spare",
            product.spare,
        )
    if product.lacking:
        text = _lacking(product, product.lacking, "was refused", "were refused")
        yield Decision("warn", text, "lacking", product.lacking)
    if product.would_lack:
        would = "would have been refused, had it not only been observed"
        text = _lacking(product, product.would_lack, would, would)
        yield Decision("note", text, "would_lack", product.would_lack)


def _needed(product: ProductFigures, period: str) -> str:
    if not product.bought:
        return "Renew it, if it is still needed."
    were = "was" if product.used == 1 else "were"
    used = f"{product.used:,} of {plural(product.bought, 'seat')} {were} used"
    return f"In the last {period} {used}."


def _lacking(product: ProductFigures, people: int, one: str, many: str) -> str:
    who, done = plural(people, "person", "people"), one if people == 1 else many
    free = product.spare + product.idle
    rest = (
        f"{plural(free, 'seat')} could be given to them: {product.spare:,} that nobody has,"
        f" {product.idle:,} that nobody uses."
        if free
        else "All seats are in use: more would have to be bought."
    )
    return f"{who} without a seat of {product.title} {done}. {rest}"


def _of_tables(figures: Figures) -> Iterator[Decision]:
    days: dict[str, list[TableDay]] = {}
    for one in figures.tables:
        days.setdefault(one.table, []).append(one)
    for table, series in days.items():
        last = series[-1]
        held = f"{last.rows:,} of {last.cap:,} rows"
        if last.rows > last.cap:
            held = f"more than {last.cap:,} rows"
        what = f"Table {table} of {last.product}, in demo mode, has {held}"
        if last.rows >= last.cap:
            yield Decision("bad", f"{what}: it takes no more. A license lifts the cap.", "full")
        elif (full := full_on(series)) and (full - last.day).days <= FAR_DAYS:
            grows = f"as it grows now, it is full about {full}"
            yield Decision("warn", f"{what}; {grows}. A license lifts the cap.", "grows")


def full_on(series: list[TableDay]) -> date | None:
    """Return the day on which a table will be full if it goes on growing so, None if it does not.

    The days are in order.
    """
    last = series[-1]
    recent = [one for one in series if (last.day - one.day).days <= PACE_DAYS]
    days, rows = (last.day - recent[0].day).days, last.rows - recent[0].rows
    if days <= 0 or rows <= 0:
        return None
    left = (last.cap - last.rows) * days / rows
    return last.day + timedelta(days=round(left)) if left < 100 * 365 else None


def _of_knowledge(figures: Figures) -> Iterator[Decision]:
    known = (figures.today - figures.recorded).days
    if known < figures.idle_days and any(one.granted for one in figures.products):
        later = figures.recorded + timedelta(days=figures.idle_days)
        yield Decision(
            "note",
            f"Who was here is known since {figures.recorded} only: from {later} on it can be told"
            f" which seats were not used for {plural(figures.idle_days, 'day')}.",
            "known",
        )
