"""Errors are told with their status, their type and one sentence."""

import json
from datetime import timedelta

import pytest
from license_samples import NOW
from starlette.exceptions import HTTPException

from pgtoll.console.api.problems import MEDIA_TYPE, Refused, problem_of, respond
from pgtoll.errors import StoreError
from pgtoll.office.models import Change
from pgtoll.office.refusals import Meanwhile, NotAManager, NotKnown, NotPossible
from pgtoll_policy.errors import BadSignature

CHANGE = Change(NOW, "anna", "grant", "marketing", "bob")


@pytest.mark.parametrize(
    ("exc", "status", "kind"),
    [
        (Refused(422, "invalid", "x"), 422, "invalid"),
        (HTTPException(413, "x"), 413, "invalid"),
        (NotKnown("x"), 404, "not-known"),
        (NotAManager("x"), 403, "not-a-manager"),
        (NotPossible("x"), 409, "not-possible"),
        (Meanwhile("x", (CHANGE,)), 409, "meanwhile"),
        (BadSignature("x"), 422, "file"),
        (StoreError("x"), 503, "store"),
    ],
)
def test_each_error_has_its_status(exc: Exception, status: int, kind: str) -> None:
    problem = problem_of(exc)
    assert (problem.status, problem.type, problem.detail) == (status, f"/api/#{kind}", "x")


def test_a_fault_of_ours_says_nothing_of_our_insides() -> None:
    problem = problem_of(KeyError("secret"))
    assert problem.status == 500
    assert "secret" not in problem.detail


def test_what_others_did_is_in_the_answer() -> None:
    response = respond(Meanwhile("x", (CHANGE,)))
    assert response.media_type == MEDIA_TYPE
    (change,) = json.loads(bytes(response.body))["changes"]
    assert change["sentence"] == "anna gave bob a seat"


def test_who_must_log_in_or_wait_is_told_by_headers() -> None:
    assert respond(Refused(401, "no-session", "x")).headers["www-authenticate"] == "Bearer"
    waiting = respond(Refused(429, "log-in", "x", wait=timedelta(seconds=2.2)))
    assert waiting.headers["retry-after"] == "3"
