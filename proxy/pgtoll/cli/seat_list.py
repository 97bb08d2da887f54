"""Who has a seat, for people and for programs, and how many of those bought are taken."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from pgtoll.cli.output import print_json, print_table, say
from pgtoll.cli.storing import present
from pgtoll.config import Config
from pgtoll.counts import plural
from pgtoll.errors import ConfigError
from pgtoll.store.seats import Seat
from pgtoll.store.store import Store
from pgtoll_policy.fields import instant_text
from pgtoll_policy.policy import Policy, State


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat, and whether its user may use the product."""

    product: str
    user: str
    granted_at: str
    granted_by: str
    licensed: bool
    state: str  # by what license, or why not


@dataclass(frozen=True, slots=True)
class Seats:
    """Everything that is listed."""

    lines: tuple[SeatLine, ...]
    totals: tuple[str, ...]  # a line for each product that has or needs seats


async def read_seats(store: Store, config: Config, product: str | None) -> Seats:
    """Return the seats of a product, or of all. Raises ConfigError when it is not known."""
    now, seats = await present(store), await store.seats(product)
    policy, _ = await store.load_policy(config.trust.keys(), config.customer)
    if product is not None and product not in policy.products and not seats:
        raise ConfigError(f"product {product} is not known here: see pgtoll license list")
    codes = [product] if product else sorted(policy.products)
    totals = (_total(code, seats, policy, now) for code in codes)
    return Seats(
        lines=tuple(_line(seat, policy, now) for seat in seats),
        totals=tuple(total for total in totals if total),
    )


def _line(seat: Seat, policy: Policy, now: datetime) -> SeatLine:
    found = policy.state(seat.product, seat.user, now)
    return SeatLine(
        product=seat.product,
        user=seat.user,
        granted_at=instant_text(seat.granted_at),
        granted_by=seat.granted_by,
        licensed=found.state is State.LICENSED,
        state=found.reason,
    )


def _total(code: str, seats: Sequence[Seat], policy: Policy, now: datetime) -> str:
    """Return how many seats of a product are taken, "" when it has none."""
    users, bought = [seat.user for seat in seats if seat.product == code], policy.seats(code, now)
    beyond = (
        f", beyond those bought: {', '.join(users[bought:])}" if 0 < bought < len(users) else ""
    )
    total = f"{code}: {len(users)} of {plural(bought, 'seat')} granted{beyond}"
    return total if users or bought else ""


def print_seats(seats: Seats) -> None:
    """Print each seat, then the totals."""
    if seats.lines:
        columns = ["PRODUCT", "USER", "GRANTED", "BY", "STATE"]
        print_table(columns, [_row(line) for line in seats.lines])
        say("")
    for total in seats.totals or ("No seat is granted, and none was bought.",):
        say(total)


def _row(line: SeatLine) -> tuple[str, ...]:
    day = line.granted_at[:10]
    return (line.product, line.user, day, line.granted_by, line.state)


def print_seats_as_json(seats: Seats) -> None:
    """Print the seats alone: a program asks for one thing."""
    print_json([asdict(line) for line in seats.lines])
