"""Licenses that run out or count for nothing, and files that nobody vouches for."""

from dataclasses import replace
from datetime import timedelta

from grounds import ground
from license_samples import MARKETING, NOW, PERSONAL, REVOCATION, SERVER

from pgtoll.doctor.findings import Finding, Severity
from pgtoll.lint.ground import Measure
from pgtoll.lint.papers import judge_papers
from pgtoll.store.archive import Problem, StoredDocument
from pgtoll_policy.documents import Document

SOON = replace(PERSONAL, due=NOW + timedelta(days=20))
OVER = replace(PERSONAL, due=NOW - timedelta(days=20))


def found(*documents: Document) -> list[Finding]:
    return list(judge_papers(ground(*documents), Measure(expires_days=30)))


def test_a_license_that_lasts_is_fine() -> None:
    assert found(MARKETING, PERSONAL) == []


def test_a_license_about_to_expire_is_told_unless_another_follows() -> None:
    (one,) = found(MARKETING, SOON)
    assert (one.check, one.severity) == ("license-expires", Severity.WARNING)
    assert one.what.startswith("product Marketing (marketing): license expires on 2026-06-")
    assert found(MARKETING, SOON, replace(PERSONAL, id="3" * 32, starts=SOON.due)) == []


def test_an_expired_license_is_a_problem_where_nothing_else_is_in_force() -> None:
    (one,) = found(MARKETING, OVER)
    assert (one.check, one.severity) == ("license-expired", Severity.PROBLEM)
    (rest,) = found(MARKETING, OVER, replace(PERSONAL, id="3" * 32))
    assert (rest.check, rest.severity) == ("license-expired", Severity.WARNING)
    assert rest.fix == ("DELETE FROM pgtoll.document WHERE id = 1;",)


def test_a_license_that_never_counts_is_told_with_its_fault() -> None:
    (one,) = found(MARKETING, SERVER, REVOCATION)
    assert one.check == "license-useless"
    assert one.what.endswith("counts for nothing: license was revoked")


def test_one_that_has_not_begun_is_fine() -> None:
    later = replace(PERSONAL, id="3" * 32, starts=NOW + timedelta(days=9))
    assert found(MARKETING, PERSONAL, later) == []


def test_a_file_that_does_not_verify_is_told() -> None:
    here = ground(MARKETING)
    stored = StoredDocument(7, "license", "x" * 32, "marketing", 1, b"", NOW, "eve")
    held = replace(here.held, problems=(Problem(stored, "not signed by a trusted key"),))
    (one,) = judge_papers(replace(here, held=held), Measure())
    assert one.check == "file-unverified"
    assert one.fix == ("DELETE FROM pgtoll.document WHERE id = 7;",)
