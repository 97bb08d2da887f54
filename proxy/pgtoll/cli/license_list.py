"""What is held, for people and for programs: each license, and what they make of each product."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from pgtoll.cli.output import print_json, print_table, say
from pgtoll.cli.storing import present
from pgtoll.config import Config
from pgtoll.store.archive import StoredDocument, verify_all
from pgtoll.store.seats import as_grants
from pgtoll.store.store import Store
from pgtoll_policy.coverage import last_day
from pgtoll_policy.documents import License
from pgtoll_policy.fields import instant_text
from pgtoll_policy.policy import Policy, State, compile_policy

UNCHECKED = "signature not checked: give --trust"


@dataclass(frozen=True, slots=True)
class LicenseLine:
    """One license; what its file says is None when nobody we trust has signed it."""

    id: str
    product: str
    type: str | None
    seats: int | None
    starts: str | None
    due: str | None
    customer: str | None
    instance: str | None
    version: str | None
    serial: int
    in_force: bool
    state: str  # "in force", or why not
    uploaded_at: str
    uploaded_by: str


@dataclass(frozen=True, slots=True)
class ProductLine:
    """What the licenses make of a product."""

    product: str
    title: str
    state: str
    granted: int
    bought: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything that is listed."""

    licenses: tuple[LicenseLine, ...]
    products: tuple[ProductLine, ...]
    problems: tuple[str, ...]  # of products and revocations that do not count


async def read_holdings(store: Store, config: Config) -> Holdings:
    """Return what is held, judged by the present time."""
    now, keys = await present(store), config.trust.keys()
    stored, seats, instance = await store.documents(), await store.seats(), await store.instance()
    held, problems = verify_all(stored, keys)
    known = store.revoked.join(stored, held, keys)
    policy = compile_policy(known, as_grants(seats), customer=config.customer, instance=instance)
    reasons = {each.document.id: each.reason if keys else UNCHECKED for each in problems}
    granted = Counter(seat.product for seat in seats)
    return Holdings(
        licenses=tuple(
            _license_line(one, held.get(one.id), reasons.get(one.id, ""), policy, now)
            for one in stored
            if one.kind == "license"
        ),
        products=tuple(
            _product_line(policy, code, granted[code], now) for code in sorted(policy.products)
        ),
        problems=tuple(_problems(stored, reasons)),
    )


def _license_line(
    stored: StoredDocument, document: object, reason: str, policy: Policy, now: datetime
) -> LicenseLine:
    license = document if isinstance(document, License) else None
    state = reason if license is None else _license_state(license, policy, now)
    return LicenseLine(
        id=license.id if license else stored.code,
        product=license.product if license else stored.product,
        type=license.type.value if license else None,
        seats=license.seats if license else None,
        starts=instant_text(license.starts) if license else None,
        due=instant_text(license.due) if license else None,
        customer=license.customer if license else None,
        instance=license.instance if license else None,
        version=license.version if license else None,
        serial=license.serial if license else stored.serial,
        in_force=not state,
        state=state or "in force",
        uploaded_at=instant_text(stored.uploaded_at),
        uploaded_by=stored.uploaded_by,
    )


def _license_state(license: License, policy: Policy, now: datetime) -> str:
    """Return why a license is not in force, "" when it is."""
    if license.product not in policy.products:
        return f"product {license.product} is not known here: upload its product file"
    if policy.licenses.get(license.id) != license:
        return "a newer serial is held"
    return policy.license_fault(license, now)


def _product_line(policy: Policy, code: str, granted: int, now: datetime) -> ProductLine:
    bought = policy.seats(code, now)
    found = policy.state(code, "", now)
    state = found.reason
    if found.state is State.DEMO:
        state = f"demo mode: each table takes up to {policy.cap} rows"
    elif found.state is State.REFUSED and bought:
        state = "personal license: for users with a seat"
    return ProductLine(code, found.title, state, granted, bought)


def _problems(stored: Iterable[StoredDocument], reasons: Mapping[int, str]) -> Iterable[str]:
    for one in stored:
        if one.id in reasons and one.kind != "license":
            yield f"{one.kind} {one.product} does not count: {reasons[one.id]}".replace("  ", " ")


def print_holdings(holdings: Holdings) -> None:
    """Print the licenses, the products, and what does not count."""
    if holdings.licenses:
        print_table(
            ["LICENSE", "PRODUCT", "TYPE", "SEATS", "FROM", "TO", "CUSTOMER", "SERIAL", "STATE"],
            [_license_row(line) for line in holdings.licenses],
        )
    else:
        say("No license is held.")
    say("")
    print_table(
        ["PRODUCT", "TITLE", "SEATS GRANTED", "SEATS BOUGHT", "STATE"],
        [(p.product, p.title, p.granted, p.bought, p.state) for p in holdings.products],
    )
    for problem in holdings.problems:
        say(problem)


def _license_row(line: LicenseLine) -> tuple[object, ...]:
    start, end = line.starts and line.starts[:10], line.due and _last_day(line.due)
    who = (line.id, line.product, line.type, line.seats)
    return (*who, start, end, line.customer, line.serial, line.state)


def _last_day(due: str) -> str:
    return last_day(datetime.fromisoformat(due))


def print_licenses_as_json(holdings: Holdings) -> None:
    """Print the licenses alone: a program asks for one thing."""
    print_json([asdict(line) for line in holdings.licenses])
