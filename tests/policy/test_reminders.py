"""License administrators are told 30 days before and after, and of nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from license_samples import DUE, MARKETING, NOW, PERSONAL, SERVER

from pgtoll_policy.documents import Document
from pgtoll_policy.policy import Grant, compile_policy
from pgtoll_policy.reminders import DAYS, reminders

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("away", "message"),
    [
        (-DAYS - SECOND, ""),
        (-DAYS, 'product "marketing": license expires on 2026-12-31'),
        (-SECOND, 'product "marketing": license expires on 2026-12-31'),
        (0 * SECOND, 'product "marketing": license expired on 2026-12-31'),
        (DAYS, 'product "marketing": license expired on 2026-12-31'),
        (DAYS + SECOND, ""),
    ],
)
def test_a_license_is_told_of_thirty_days_before_and_after(away: timedelta, message: str) -> None:
    policy = compile_policy([MARKETING, SERVER], [])
    assert [one.message for one in reminders(policy, DUE + away)] == ([message] if message else [])


def test_a_reminder_says_what_happens_and_what_to_do() -> None:
    policy = compile_policy([MARKETING, PERSONAL], [Grant("marketing", "alice", NOW)])
    (before,) = reminders(policy, DUE - SECOND)
    (after,) = reminders(policy, DUE)
    assert before.detail.startswith("Its users will be refused from then on")
    assert after.detail.startswith("Its users are refused.")
    assert "pgtoll license request --want marketing" in before.hint
    assert "pgtoll license upload FILE" in after.hint
    assert "alice" not in repr((before, after))
    assert repr((before, after)).isascii()


def test_what_is_renewed_already_is_not_told() -> None:
    renewed = replace(SERVER, id="9" * 32, starts=DUE, due=DUE + timedelta(days=365))
    assert reminders(compile_policy([MARKETING, SERVER, renewed], []), DUE - SECOND) == ()


def test_many_reminders_are_cut_and_counted() -> None:
    documents: list[Document] = []
    for number in range(13):
        code = f"p{number:02}"
        documents.append(replace(MARKETING, code=code, objects=(f"MrktT{number}",)))
        due = DUE - number * timedelta(days=1)
        documents.append(replace(SERVER, id=f"{number:032x}", product=code, due=due))
    found = reminders(compile_policy(documents, []), DUE - timedelta(days=20))
    assert found[0].message == 'product "p12": license expires on 2026-12-19'
    assert len(found) == 11
    assert found[-1].message == "licenses of 3 more products need attention"
    assert found[-1].hint == "See them all: pgtoll license list"
