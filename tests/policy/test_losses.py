"""Who loses a seat when licenses change: the same users, whoever works it out."""

from dataclasses import replace
from datetime import timedelta

from license_samples import DUE, ISSUED, MARKETING, NOW, PERSONAL, REVOCATION, SERVER

from pgtoll_policy.documents import Document
from pgtoll_policy.losses import LostSeat, lost_seats
from pgtoll_policy.policy import Grant, Policy, compile_policy

GRANTS = [
    Grant("marketing", "carol", ISSUED + timedelta(seconds=1)),
    Grant("marketing", "bob", ISSUED),
    Grant("marketing", "alice", ISSUED),
    Grant("nobody's", "alice", ISSUED),
]
THREE, ONE = replace(PERSONAL, seats=3), replace(PERSONAL, seats=1, serial=2)


def policy_of(*documents: Document) -> Policy:
    return compile_policy([MARKETING, *documents], GRANTS)


def test_a_smaller_license_takes_the_last_granted_seats() -> None:
    lost = lost_seats(policy_of(THREE), policy_of(ONE), GRANTS, NOW)
    reason = "user's seat is beyond the 1 that were bought"
    assert lost == (
        LostSeat("marketing", "bob", reason),
        LostSeat("marketing", "carol", reason),
    )
    assert lost_seats(policy_of(THREE), policy_of(ONE), reversed(GRANTS), NOW) == lost


def test_who_had_no_seat_in_force_loses_none() -> None:
    assert lost_seats(policy_of(PERSONAL), policy_of(PERSONAL), GRANTS, NOW) == ()
    lost = lost_seats(policy_of(PERSONAL), policy_of(ONE), GRANTS, NOW)
    assert [seat.user for seat in lost] == ["bob"]
    assert lost_seats(policy_of(THREE), policy_of(ONE), GRANTS, DUE) == ()


def test_nobody_loses_a_seat_to_a_server_license_or_to_demo_mode() -> None:
    assert lost_seats(policy_of(THREE), policy_of(SERVER), GRANTS, NOW) == ()
    assert lost_seats(policy_of(THREE), policy_of(), GRANTS, NOW) == ()


def test_a_revocation_and_a_newer_version_take_all_seats() -> None:
    revocation = replace(REVOCATION, licenses=frozenset({THREE.id}))
    for after, reason in (
        (policy_of(THREE, revocation), "license was revoked"),
        (
            compile_policy([replace(MARKETING, version="2"), replace(THREE, version="1")], GRANTS),
            "license is for version 1, product is version 2",
        ),
    ):
        lost = lost_seats(policy_of(THREE), after, GRANTS, NOW)
        assert [(seat.user, seat.reason) for seat in lost] == [
            (user, reason) for user in ("alice", "bob", "carol")
        ]
