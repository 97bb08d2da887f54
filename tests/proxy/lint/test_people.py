"""Seats: of strangers, of who is not here, of nobody, and beyond those bought."""

from dataclasses import replace
from datetime import timedelta

from grounds import LONG_AGO, TODAY, ground, seat
from license_samples import MARKETING, PERSONAL

from pgtoll.doctor.findings import Finding
from pgtoll.lint.ground import Ground, Measure
from pgtoll.lint.people import judge_seats

TWO = (MARKETING, PERSONAL)


def found(here: Ground) -> dict[str, Finding]:
    return {one.check: one for one in judge_seats(here, Measure(idle_days=90))}


def test_seats_that_are_used_are_fine() -> None:
    assert found(ground(*TWO, seats=(seat("ann", last=0), seat("ben", last=89)))) == {}


def test_a_seat_of_nobody_is_told_unless_an_application_names_its_users() -> None:
    seats = (seat("ann", last=0), seat("ghost", last=1))
    told = found(ground(*TWO, seats=seats, logins={"ann": True}))["seat-of-nobody"]
    assert told.what.endswith("belongs to somebody who is no role of this server: ghost")
    assert told.fix == ("pgtoll seats revoke marketing ghost",)
    assert found(ground(*TWO, seats=seats, logins={"ann": True}, impersonated=True)) == {}
    barred = {"ann": True, "ghost": False}
    told = found(ground(*TWO, seats=seats, logins=barred, impersonated=True))["seat-of-nobody"]
    assert "who may not log in: ghost" in told.what


def test_idle_seats_are_told_with_the_last_day() -> None:
    told = found(ground(*TWO, seats=(seat("ann", last=90), seat("b'o b"))))["seat-idle"]
    assert "2 of 2 granted seats of product Marketing (marketing) were not used" in told.what
    assert f"ann (last on {TODAY - timedelta(days=90)})" in told.what
    assert "b'o b (never)" in told.what
    assert "'b'\"'\"'o b'" in told.fix[0]


def test_nobody_is_idle_for_longer_than_days_are_kept_or_they_have_the_seat() -> None:
    assert found(ground(*TWO, seats=(seat("ann"), seat("ben")), recorded=TODAY)) == {}
    new = (seat("ann", granted=89), seat("ben", last=300, granted=10))
    assert found(ground(*TWO, seats=new, recorded=LONG_AGO)) == {}


def test_seats_bought_and_granted_are_compared() -> None:
    used = tuple(seat(name, last=0) for name in ("ann", "ben", "cleo"))
    assert found(ground(*TWO, seats=used))["seat-beyond"].what == (
        "product Marketing (marketing) has 3 seats granted, 1 more than the 2 that were bought"
    )
    assert found(ground(*TWO, seats=used[:1]))["seat-spare"].what == (
        "1 of 2 seats bought of product Marketing (marketing) is granted to nobody"
    )
    over = replace(PERSONAL, due=PERSONAL.starts + timedelta(days=1))
    assert found(ground(MARKETING, over, seats=used)) == {}


def test_of_very_many_users_a_command_names_the_first() -> None:
    many = tuple(seat(f"u{number:04}") for number in range(300))
    told = found(ground(MARKETING, replace(PERSONAL, seats=300), seats=many))["seat-idle"]
    assert told.fix[0].endswith("u0099 …")
