"""What the licenses of one product give, as time goes by."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from license_samples import DUE, NOW, PERSONAL, SERVER, STARTS

from pgtoll_policy.coverage import (
    ANYWHERE,
    FaultKind,
    Place,
    cover,
    fault_of,
    last_day,
    misplaced,
    valid_from,
)
from pgtoll_policy.documents import License, LicenseType

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


def personal(number: int, seats: int, starts: datetime, due: datetime) -> License:
    return replace(
        PERSONAL, id=f"{number:032x}", seats=seats, starts=starts, due=due, issued=starts
    )


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (STARTS - SECOND, "license is not valid before 2026-01-01"),
        (STARTS, ""),
        (DUE - SECOND, ""),
        (DUE, "license expired on 2026-12-31"),
    ],
)
def test_a_license_holds_from_its_start_until_just_before_it_is_due(
    now: datetime, reason: str
) -> None:
    fault = fault_of(SERVER, now, ANYWHERE)
    assert (fault.reason if fault else "") == reason


def test_a_revoked_license_says_so_before_anything_else() -> None:
    fault = fault_of(
        replace(SERVER, customer="A"), DUE, Place(frozenset({SERVER.id}), customer="B")
    )
    assert fault is not None
    assert (fault.reason, fault.license) == ("license was revoked", SERVER.id)


@pytest.mark.parametrize(
    ("written", "here", "meant"),
    [
        (None, None, True),
        (None, "ACME", True),
        ("ACME", None, True),
        ("ACME", "ACME", True),
        ("ACME", "acme", False),
        ("ACME", "", False),
    ],
)
def test_a_license_is_meant_for_its_customer(
    written: str | None, here: str | None, meant: bool
) -> None:
    license = replace(SERVER, customer=written)
    place = Place(customer=here)
    assert (misplaced(license, place) is None) is meant
    fault = fault_of(license, NOW, place)
    assert (fault is None) is meant
    assert fault is None or fault.reason == 'license is for customer "ACME"'


@pytest.mark.parametrize(
    ("written", "here", "reason"),
    [
        (None, None, ""),
        (None, "7", ""),
        ("7", "7", ""),
        ("7", "8", "license is for instance 7, this is instance 8"),
        ("7", None, "license is for instance 7, and what this instance is cannot be read"),
    ],
)
def test_a_license_is_good_for_its_instance_alone(
    written: str | None, here: str | None, reason: str
) -> None:
    fault = fault_of(replace(SERVER, instance=written), NOW, Place(instance=here))
    assert (fault.reason if fault else "") == reason
    assert fault is None or fault.kind is FaultKind.FOREIGN_INSTANCE


@pytest.mark.parametrize(
    ("version", "product", "reason"),
    [
        (None, "2", ""),
        ("1", None, ""),
        ("2", "2", ""),
        ("2", "2.7", ""),
        ("3", "2", ""),
        ("1", "2", "license is for version 1, product is version 2"),
        ("2.9", "2.10", "license is for version 2.9, product is version 2.10"),
    ],
)
def test_a_newer_product_version_needs_a_newer_license(
    version: str | None, product: str | None, reason: str
) -> None:
    license, place = replace(SERVER, version=version), Place(version=product)
    fault = fault_of(license, NOW, place)
    assert (fault.reason if fault else "") == reason
    span = cover([license], place).at(NOW)
    assert span.in_force is not bool(reason)
    assert span.fault is (FaultKind.OLD_VERSION if reason else None)


def test_a_license_for_an_older_version_that_has_expired_is_expired() -> None:
    fault = fault_of(replace(SERVER, version="1"), DUE, Place(version="2"))
    assert fault is not None
    assert fault.kind is FaultKind.EXPIRED


def test_a_day_of_skew_is_tolerated_on_the_time_of_issue() -> None:
    early = replace(SERVER, issued=NOW)
    assert valid_from(early) == NOW - DAY
    assert fault_of(early, NOW - DAY, ANYWHERE) is None
    fault = fault_of(early, NOW - DAY - SECOND, ANYWHERE)
    assert fault is not None
    assert fault.reason == "license was issued on 2026-06-01, after the present time"


def test_skew_does_not_make_a_license_hold_before_its_start() -> None:
    assert valid_from(replace(SERVER, issued=STARTS)) == STARTS


def test_a_license_issued_when_it_was_long_over_is_expired() -> None:
    late = replace(SERVER, issued=DUE + 2 * DAY)
    assert not any(span.in_force for span in cover([late], ANYWHERE).spans)
    assert cover([late], ANYWHERE).at(DUE).reason == "license expired on 2026-12-31"


@pytest.mark.parametrize(
    ("due", "last"),
    [
        (day(2026, 2, 1), "2026-01-31"),
        (day(2026, 2, 1) + SECOND, "2026-02-01"),
        (day(2024, 3, 1), "2024-02-29"),
    ],
)
def test_the_last_day_is_one_on_which_the_license_holds(due: datetime, last: str) -> None:
    assert last_day(due) == last


def test_a_server_license_outweighs_seats_while_it_holds() -> None:
    server = replace(SERVER, due=day(2026, 7, 1))
    coverage = cover([PERSONAL, server], ANYWHERE)
    before, after = coverage.at(day(2026, 6, 30)), coverage.at(day(2026, 7, 1))
    assert (before.server, before.reason) == (True, "server license until 2026-06-30")
    assert (after.server, after.seats) == (False, 2)
    assert (after.reason, after.rule) == ("personal license until 2026-12-31", PERSONAL.id)


def test_seats_of_several_licenses_add_up() -> None:
    one = personal(1, 3, day(2026, 1, 1), day(2026, 7, 1))
    two = personal(2, 4, day(2026, 6, 1), day(2027, 6, 1))
    coverage = cover([two, one], ANYWHERE)
    months = (day(2025, 12, 1), day(2026, 5, 1), day(2026, 6, 1), day(2026, 7, 1), day(2027, 6, 1))
    assert [coverage.at(month).seats for month in months] == [0, 3, 7, 4, 0]


def test_a_renewal_extends_the_dates() -> None:
    renewal = replace(SERVER, id="3" * 32, starts=DUE, due=DUE + 365 * DAY)
    coverage = cover([SERVER, renewal], ANYWHERE)
    assert coverage.at(DUE).reason == "server license until 2027-12-31"
    assert coverage.lessens(NOW) == DUE + 365 * DAY
    assert coverage.ended(DUE) is None


@pytest.mark.parametrize(
    ("licenses", "revoked", "reason"),
    [
        (
            [
                personal(1, 1, day(2020, 1, 1), day(2021, 1, 1)),
                personal(2, 1, day(2020, 1, 1), day(2022, 1, 1)),
            ],
            frozenset(),
            "license expired on 2021-12-31",
        ),
        (
            [
                personal(1, 1, day(2030, 1, 1), day(2031, 1, 1)),
                personal(2, 1, day(2027, 1, 1), day(2028, 1, 1)),
                personal(3, 1, day(2020, 1, 1), day(2022, 1, 1)),
            ],
            frozenset(),
            "license is not valid before 2027-01-01",
        ),
        (
            [personal(1, 1, day(2020, 1, 1), day(2021, 1, 1)), SERVER],
            frozenset({SERVER.id}),
            "license expired on 2020-12-31",
        ),
        (
            [replace(PERSONAL, customer="B"), SERVER],
            frozenset({SERVER.id}),
            "license was revoked",
        ),
        ([replace(PERSONAL, customer="B")], frozenset(), 'license is for customer "B"'),
    ],
)
def test_of_several_reasons_the_most_useful_is_told(
    licenses: list[License], revoked: frozenset[str], reason: str
) -> None:
    assert cover(licenses, Place(revoked, customer="A")).at(NOW).reason == reason


def test_a_revoked_license_changes_nothing_at_any_time() -> None:
    coverage = cover([SERVER], Place(frozenset({SERVER.id})))
    assert coverage.instants == ()
    assert coverage.at(NOW).rule == SERVER.id
    assert coverage.lessens(NOW) is None
    assert coverage.ended(NOW) is None


def test_it_is_known_when_less_will_be_covered() -> None:
    one = personal(1, 3, day(2026, 1, 1), day(2026, 7, 1))
    two = personal(2, 4, day(2026, 3, 1), day(2027, 1, 1))
    coverage = cover([one, two], ANYWHERE)
    assert coverage.lessens(day(2025, 1, 1)) is None
    assert coverage.lessens(day(2026, 1, 1)) == day(2027, 1, 1)
    assert coverage.lessens(day(2026, 3, 1)) == day(2026, 7, 1)
    assert coverage.lessens(day(2027, 1, 1)) is None


def test_seats_after_a_server_license_are_less() -> None:
    server = replace(SERVER, due=day(2026, 7, 1))
    assert cover([PERSONAL, server], ANYWHERE).lessens(NOW) == day(2026, 7, 1)


def test_it_is_known_since_when_nothing_is_in_force() -> None:
    one = personal(1, 3, day(2026, 1, 1), day(2026, 2, 1))
    two = personal(2, 4, day(2026, 3, 1), day(2026, 4, 1))
    coverage = cover([one, two], ANYWHERE)
    instants = (day(2025, 1, 1), day(2026, 1, 1), day(2026, 2, 15), day(2026, 3, 1), DUE)
    ends = [None, None, day(2026, 2, 1), None, day(2026, 4, 1)]
    assert [coverage.ended(instant) for instant in instants] == ends


days = st.integers(0, 40).map(lambda number: STARTS + number * DAY)


@st.composite
def licenses(draw: st.DrawFn) -> License:
    starts = draw(days)
    server = draw(st.booleans())
    return replace(
        SERVER,
        id=f"{draw(st.integers(0, 99)):032x}",
        type=LicenseType.SERVER if server else LicenseType.PERSONAL,
        seats=None if server else draw(st.integers(1, 9)),
        starts=starts,
        due=starts + draw(st.integers(1, 9)) * DAY,
        issued=draw(days),
        customer=draw(st.sampled_from([None, "A", "B"])),
        instance=draw(st.sampled_from([None, "7", "8"])),
        version=draw(st.sampled_from([None, "1", "2.1"])),
    )


@given(
    st.lists(licenses(), min_size=1, max_size=5, unique_by=lambda one: one.id),
    st.integers(0, 99),
    st.integers(-2, 50),
)
def test_the_spans_say_what_each_license_says(
    held: list[License], revoked: int, number: int
) -> None:
    now = STARTS + number * DAY
    place = Place(frozenset({f"{revoked:032x}"}), customer="A", instance="7", version="2")
    sound = [one for one in held if fault_of(one, now, place) is None]
    server = any(one.type is LicenseType.SERVER for one in sound)
    seats = 0 if server else sum(one.seats or 0 for one in sound)
    span = cover(held, place).at(now)
    assert span.extent == (server, seats)
    assert span.in_force is bool(sound)
    assert cover(reversed(held), place) == cover(held, place)
