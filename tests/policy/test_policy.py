"""The state of every product for every user at every time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from license_samples import DUE, MARKETING, NOW, PERSONAL, REVOCATION, SERVER, STARTS

from pgtoll_policy.documents import (
    BASE_PRODUCT,
    Component,
    Document,
    License,
    LicenseType,
    Operation,
)
from pgtoll_policy.policy import (
    Expiry,
    Grant,
    Pin,
    Policy,
    ProductState,
    Standing,
    State,
    compile_policy,
)

DAY = timedelta(days=1)
BASE = replace(BASE_PRODUCT, serial=1)
SALES = replace(MARKETING, code="sales", title="Sales", prefix="Sls", objects=("Sls*",))
TOOLS = replace(MARKETING, code="tools", title="Tools", objects=())
NO_SEAT = "user has no seat of the personal license"


def grant(user: str, product: str = "marketing", minutes: int = 0) -> Grant:
    return Grant(product, user, STARTS + timedelta(minutes=minutes))


def policy_of(*documents: Document, grants: tuple[Grant, ...] = ()) -> Policy:
    return compile_policy([MARKETING, *documents], grants, customer="ACME", instance="7")


def verdict_of(policy: Policy, user: str = "bob", now: datetime = NOW) -> tuple[State, str, str]:
    state = policy.state("marketing", user, now)
    assert (state.product, state.title) == ("marketing", "Marketing")
    return state.state, state.reason, state.rule


def test_a_fresh_proxy_is_in_demo_mode_for_everything() -> None:
    policy = compile_policy([], [])
    assert policy.standing("bob", NOW) == Standing({}, frozenset({"base"}), None)
    assert policy.products_of("public", "contact") == {"base"}
    assert policy.state("base", "bob", NOW) == ProductState(
        "base", "Base", State.DEMO, "no license was uploaded"
    )


# The table of DESIGN: what is uploaded, who asks when, and the state of the product.

EXPIRED = replace(SERVER, due=datetime(2026, 2, 1, tzinfo=UTC))
FUTURE = replace(SERVER, starts=DUE, due=DUE + DAY)
FOREIGN = replace(SERVER, customer="B")
BOUND = replace(SERVER, instance="8")
SEATED = (grant("bob"),)


@pytest.mark.parametrize(
    ("documents", "grants", "state", "reason"),
    [
        ([], (), State.DEMO, "no license was uploaded"),
        ([], SEATED, State.DEMO, "no license was uploaded"),
        ([SERVER], (), State.LICENSED, "server license until 2026-12-31"),
        ([SERVER, PERSONAL], (), State.LICENSED, "server license until 2026-12-31"),
        ([PERSONAL], SEATED, State.LICENSED, "personal license until 2026-12-31"),
        ([PERSONAL], (), State.REFUSED, NO_SEAT),
        ([PERSONAL], (grant("eve"),), State.REFUSED, NO_SEAT),
        ([PERSONAL], (grant("Bob"),), State.REFUSED, NO_SEAT),
        ([PERSONAL], (grant("bob", "sales"),), State.REFUSED, NO_SEAT),
        ([EXPIRED], SEATED, State.REFUSED, "license expired on 2026-01-31"),
        ([FUTURE], SEATED, State.REFUSED, "license is not valid before 2027-01-01"),
        ([SERVER, REVOCATION], SEATED, State.REFUSED, "license was revoked"),
        ([FOREIGN], SEATED, State.REFUSED, 'license is for customer "B"'),
        ([BOUND], SEATED, State.REFUSED, "license is for instance 8, this is instance 7"),
        ([replace(SERVER, instance="7")], (), State.LICENSED, "server license until 2026-12-31"),
        ([EXPIRED, PERSONAL], SEATED, State.LICENSED, "personal license until 2026-12-31"),
        ([replace(SERVER, customer="ACME")], (), State.LICENSED, "server license until 2026-12-31"),
    ],
)
def test_the_state_of_a_product(
    documents: list[Document], grants: tuple[Grant, ...], state: State, reason: str
) -> None:
    policy = policy_of(*documents, grants=grants)
    assert verdict_of(policy)[:2] == (state, reason)
    standing = policy.standing("bob", NOW)
    assert ("marketing" in standing.lacks) is (state is State.REFUSED)
    assert ("marketing" in standing.demo) is (state is State.DEMO)


def test_the_license_that_decided_is_named() -> None:
    assert verdict_of(policy_of())[2] == ""
    assert verdict_of(policy_of(EXPIRED))[2] == EXPIRED.id
    assert verdict_of(policy_of(PERSONAL))[2] == PERSONAL.id
    assert verdict_of(policy_of(PERSONAL, EXPIRED, grants=SEATED))[2] == PERSONAL.id


def test_a_license_ends_at_once_and_never_turns_into_demo_mode() -> None:
    policy = policy_of(SERVER)
    before, after = DUE - timedelta(microseconds=1), DUE
    assert verdict_of(policy, now=before)[0] is State.LICENSED
    assert verdict_of(policy, now=after)[:2] == (State.REFUSED, "license expired on 2026-12-31")
    assert policy.standing("bob", after).demo == {"base"}


def test_any_customers_license_holds_where_no_customer_is_set() -> None:
    policy = compile_policy([MARKETING, FOREIGN], [])
    assert verdict_of(policy)[0] is State.LICENSED


def test_the_newest_serial_of_a_license_counts() -> None:
    longer = replace(EXPIRED, due=DUE, serial=2)
    assert verdict_of(policy_of(longer, EXPIRED))[0] is State.LICENSED
    shorter = replace(EXPIRED, serial=3)
    assert verdict_of(policy_of(shorter, longer))[0] is State.REFUSED


def test_a_revocation_outlives_newer_serials_and_other_revocations() -> None:
    other = replace(REVOCATION, licenses=frozenset({"9" * 32}), serial=7)
    policy = policy_of(REVOCATION, other, replace(SERVER, serial=2))
    assert verdict_of(policy)[1] == "license was revoked"


# Seats: the earliest grants win, then the names' order decides.


def test_grants_beyond_the_seats_bought_do_not_count() -> None:
    grants = (grant("zoe", minutes=1), grant("bob", minutes=2), grant("amy", minutes=3))
    policy = policy_of(PERSONAL, grants=grants)
    states = {user: verdict_of(policy, user)[:2] for user in ("zoe", "bob", "amy")}
    licensed = (State.LICENSED, "personal license until 2026-12-31")
    assert states["zoe"] == states["bob"] == licensed
    assert states["amy"] == (State.REFUSED, "user's seat is beyond the 2 that were bought")
    assert (policy.granted("marketing"), policy.granted("base")) == (3, 0)


@given(st.permutations([grant("carl"), grant("amy"), grant("bob"), grant("zoe", minutes=-1)]))
def test_seats_granted_at_the_same_time_go_by_name(grants: list[Grant]) -> None:
    policy = policy_of(PERSONAL, grants=tuple(grants))
    users = ("amy", "bob", "carl", "zoe")
    assert [user for user in users if verdict_of(policy, user)[0] is State.LICENSED] == [
        "amy",
        "zoe",
    ]


def test_a_seat_granted_twice_takes_one_place_the_earliest() -> None:
    grants = tuple(grant(user, minutes=at) for at, user in enumerate(("amy", "amy", "bob", "amy")))
    policy = policy_of(PERSONAL, grants=grants)
    assert verdict_of(policy, "bob")[0] is State.LICENSED
    alone = policy_of(replace(PERSONAL, seats=1), grants=grants)
    assert verdict_of(alone, "amy")[0] is State.LICENSED
    assert verdict_of(alone, "bob")[0] is State.REFUSED


def test_a_second_license_adds_seats_and_its_end_takes_them_back() -> None:
    more = replace(PERSONAL, id="3" * 32, seats=1, due=DUE - 100 * DAY)
    grants = tuple(grant(user, minutes=at) for at, user in enumerate(("a", "b", "c")))
    policy = policy_of(PERSONAL, more, grants=grants)
    assert policy.seats("marketing", NOW) == 3
    assert verdict_of(policy, "c")[0] is State.LICENSED
    later = more.due
    assert policy.seats("marketing", later) == 2
    assert verdict_of(policy, "c", later)[0] is State.REFUSED
    assert verdict_of(policy, "b", later)[0] is State.LICENSED


def test_seats_of_what_has_none() -> None:
    policy = policy_of(SERVER)
    assert [policy.seats(code, NOW) for code in ("marketing", "base", "nobody's")] == [0, 0, 0]


# Standing: what statements of a user meet.


def test_a_user_who_has_everything_is_clear() -> None:
    policy = policy_of(SERVER, replace(SERVER, id="3" * 32, product="base"))
    assert policy.standing("bob", NOW).clear
    assert not policy.standing("bob", DUE).clear
    assert not policy_of(SERVER).standing("bob", NOW).clear


def test_a_refused_product_does_not_make_base_refused() -> None:
    policy = policy_of(PERSONAL, SALES)
    standing = policy.standing("bob", NOW)
    assert standing.demo == {"base", "sales"}
    assert dict(standing.lacks) == {"marketing": policy.state("marketing", "bob", NOW)}


def test_a_product_without_objects_does_not_touch_statements() -> None:
    lacking = replace(PERSONAL, product="tools")
    assert policy_of(TOOLS, lacking).standing("bob", NOW) == policy_of().standing("bob", NOW)
    assert policy_of(TOOLS).standing("bob", NOW).demo == {"base", "marketing"}
    assert policy_of(TOOLS, lacking).state("tools", "bob", NOW).state is State.REFUSED


def test_it_is_known_until_when_a_standing_lasts() -> None:
    later = replace(SERVER, id="3" * 32, product="base", starts=NOW, due=DUE + DAY)
    foreign = replace(FOREIGN, id="4" * 32, due=NOW + DAY)
    policy = policy_of(SERVER, later, foreign)
    asked = (STARTS - DAY, STARTS, NOW, DUE, DUE + DAY)
    assert [policy.standing("bob", now).until for now in asked] == [
        STARTS,
        NOW,
        DUE,
        DUE + DAY,
        None,
    ]


days = st.integers(0, 30).map(lambda number: STARTS + number * DAY)


@st.composite
def licenses(draw: st.DrawFn) -> License:
    starts, server = draw(days), draw(st.booleans())
    return replace(
        SERVER,
        id=f"{draw(st.integers(0, 20)):032x}",
        product=draw(st.sampled_from(["base", "marketing", "sales", "tools", "nobody's"])),
        type=LicenseType.SERVER if server else LicenseType.PERSONAL,
        seats=None if server else draw(st.integers(1, 3)),
        starts=starts,
        due=starts + draw(st.integers(1, 9)) * DAY,
        customer=draw(st.sampled_from([None, "ACME", "B"])),
        serial=draw(st.integers(1, 2)),
    )


grants = st.builds(
    grant,
    st.sampled_from(["amy", "bob", "carl"]),
    st.sampled_from(["base", "marketing", "sales"]),
    st.integers(0, 5),
)


@given(
    st.lists(licenses(), max_size=5, unique_by=lambda one: (one.id, one.serial)),
    st.lists(grants, max_size=5),
    st.integers(-1, 45),
    st.integers(1, 10),
    st.permutations(range(5)),
)
def test_a_standing_is_the_states_and_lasts_until_it_says(
    held: list[License],
    seats: list[Grant],
    number: int,
    hours: int,
    order: list[int],
) -> None:
    documents: list[Document] = [MARKETING, SALES, TOOLS, REVOCATION, *held]
    policy = compile_policy(documents, seats, customer="ACME")
    now = STARTS + number * DAY
    standing = policy.standing("bob", now)
    for code in ("base", "marketing", "sales"):
        state = policy.state(code, "bob", now)
        assert standing.lacks.get(code) == (state if state.state is State.REFUSED else None)
        assert (code in standing.demo) is (state.state is State.DEMO)
    last = standing.until - timedelta(hours=hours) if standing.until else now + 999 * DAY
    if last > now:
        assert policy.standing("bob", last) == standing
    shuffled = [seats[at] for at in order if at < len(seats)]
    again = compile_policy(reversed(documents), shuffled, customer="ACME")
    assert again.standing("bob", now) == standing


# Names, the cap, operations.


def test_the_cap_and_what_is_exempt_are_said_by_base() -> None:
    policy = policy_of(replace(BASE, cap=7, exempt=("Sys*", "audit.Log")))
    assert (policy.cap, policy.exempt) == (7, ("Sys*", "audit.Log"))
    assert policy.is_exempt("public", "SYSsettings")
    assert policy.is_exempt("audit", "log")
    assert not policy.is_exempt("public", "log")
    assert policy_of(replace(BASE, cap=0)).cap == 0


def test_by_default_the_cap_is_1000_rows_and_nothing_is_exempt() -> None:
    assert policy_of().cap == 1000
    assert policy_of(BASE).cap == 1000
    assert not policy_of().is_exempt("public", "contact")


def test_relations_belong_to_the_products_that_name_them() -> None:
    policy = policy_of(SALES, BASE)
    assert policy.products_of("public", "slsorder") == {"sales"}
    assert policy.products_of("public", "MrktInvoice") == {"marketing"}
    assert policy.products_of("public", "contact") == {"base"}
    assert policy.products_of("pg_catalog", "pg_class") == frozenset()
    assert set(policy.products) == {"base", "marketing", "sales"}


def test_the_newest_serial_of_a_product_counts() -> None:
    moved = replace(MARKETING, objects=("MrktLead",), title="Leads", serial=2)
    policy = policy_of(moved)
    assert policy.products_of("public", "mrktinvoice") == {"base"}
    assert policy.state("marketing", "bob", NOW).title == "Leads"


def test_operations_and_components_ask_every_product_that_names_them() -> None:
    suite = replace(
        SALES,
        operations=(Operation("MrktApp.Use", "x"),),
        components=(Component("MrktApp.Use", "x"), Component("Sls.Page", "Page")),
    )
    policy = policy_of(suite, PERSONAL)
    states = policy.element_states("MrktApp.Use", "bob", NOW)
    assert {one.product: one.state for one in states} == {
        "marketing": State.REFUSED,
        "sales": State.DEMO,
    }
    assert [one.product for one in policy.element_states("Sls.Page", "bob", NOW)] == ["sales"]
    assert policy.element_states("mrktapp.use", "bob", NOW) == ()


def test_a_product_that_nobody_described_is_in_demo_mode() -> None:
    policy = policy_of(replace(SERVER, product="nobody's"))
    state = policy.state("nobody's", "bob", NOW)
    assert (state.state, state.title) == (State.DEMO, "nobody's")
    assert policy.licenses == {}


def test_a_license_can_be_asked_why_it_is_not_in_force() -> None:
    policy = policy_of(SERVER, replace(PERSONAL, customer="B"))
    faults = {id_: policy.license_fault(one, NOW) for id_, one in policy.licenses.items()}
    assert faults == {SERVER.id: "", PERSONAL.id: 'license is for customer "B"'}


# What a license administrator must be told.


@pytest.mark.parametrize(
    ("documents", "now", "expected"),
    [
        ([], NOW, None),
        ([SERVER], DUE - 31 * DAY, None),
        ([SERVER], DUE - 30 * DAY, (DUE, False, "license expires on 2026-12-31")),
        ([SERVER], DUE - DAY, (DUE, False, "license expires on 2026-12-31")),
        ([SERVER], DUE, (DUE, True, "license expired on 2026-12-31")),
        ([SERVER], DUE + 900 * DAY, (DUE, True, "license expired on 2026-12-31")),
        ([SERVER, replace(FUTURE, id="3" * 32, due=DUE + 90 * DAY)], DUE - DAY, None),
        ([SERVER, REVOCATION], DUE, None),
        ([FUTURE], NOW, None),
        (
            [PERSONAL, replace(PERSONAL, id="3" * 32, seats=5, due=NOW + DAY)],
            NOW,
            (NOW + DAY, False, "5 of 7 seats expire on 2026-06-01"),
        ),
        (
            [PERSONAL, replace(SERVER, due=NOW + DAY)],
            NOW,
            (NOW + DAY, False, "license expires on 2026-06-01"),
        ),
    ],
)
def test_administrators_are_told_what_runs_out(
    documents: list[Document], now: datetime, expected: tuple[datetime, bool, str] | None
) -> None:
    found = policy_of(*documents).expiring(now, timedelta(days=30))
    assert found == ((Expiry("marketing", "Marketing", *expected),) if expected else ())


def test_a_pin_is_a_value() -> None:
    assert Pin(16400, "marketing") == Pin(16400, "marketing")


def test_a_seat_is_judged_by_its_place_alone() -> None:
    policy = compile_policy([MARKETING, replace(PERSONAL, seats=2)], [])
    states = [policy.seated("marketing", rank, NOW).state for rank in (0, 1, 2, None)]
    assert states == [State.LICENSED, State.LICENSED, State.REFUSED, State.REFUSED]
    assert policy.seated("base", None, NOW).state is State.DEMO
    assert policy.seated("marketing", 0, NOW) == policy.ranked({"marketing": {"alice": 0}}).state(
        "marketing", "alice", NOW
    )


def test_what_the_licenses_give_now_can_be_asked() -> None:
    policy = compile_policy([MARKETING, replace(PERSONAL, seats=2)], [])
    span = policy.span("marketing", NOW)
    assert span is not None
    assert (span.server, span.seats, span.rule) == (False, 2, PERSONAL.id)
    assert policy.span("base", NOW) is None
