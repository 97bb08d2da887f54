"""Errors as programs read them: problem details of RFC 9457, with one clear sentence each."""

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from math import ceil

from starlette.exceptions import HTTPException
from starlette.responses import Response

from pgtoll.console.api.shapes import plain
from pgtoll.errors import StoreError
from pgtoll.office.models import Change
from pgtoll.office.refusals import Meanwhile, NotAManager, NotKnown, NotPossible
from pgtoll_policy.errors import LicenseError

log = logging.getLogger("pgtoll.console")

MEDIA_TYPE = "application/problem+json"
UNEXPECTED = "something went wrong that should not have: it is in the log of the console"


@dataclass(frozen=True, slots=True)
class Problem:
    """What a program is told when a call does not succeed."""

    type: str  # a reference below the page for people
    title: str  # the same for all problems of a type
    status: int
    detail: str  # one clause about this one
    changes: tuple[Change, ...]  # of others, that were the reason


class Refused(Exception):
    """A call that is refused for what it is, not for what it would do."""

    def __init__(
        self, status: int, kind: str, detail: str, *, wait: timedelta = timedelta()
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.wait = wait  # before it makes sense to ask again


TITLES = {
    "invalid": "The call is not as the API describes it",
    "no-session": "Nobody is logged in",
    "foreign-form": "The call does not come from a page of the console",
    "log-in": "The log-in was refused",
    "not-a-manager": "Only license administrators may do this",
    "not-known": "There is no such thing",
    "not-possible": "This is not possible",
    "meanwhile": "Others have changed it meanwhile",
    "file": "A signed file is refused",
    "store": "The database cannot do that now",
    "server": "It is a fault of the console",
}


def problem_of(exc: Exception) -> Problem:
    """Return what an exception says to a program. What nobody expected is logged."""
    match exc:
        case Refused():
            return _problem(exc.kind, exc.status, str(exc))
        case HTTPException():
            phrase = HTTPStatus(exc.status_code).phrase
            return _problem("invalid", exc.status_code, exc.detail or phrase)
        case NotKnown():
            return _problem("not-known", 404, str(exc))
        case NotAManager():
            return _problem("not-a-manager", 403, str(exc))
        case Meanwhile():
            return _problem("meanwhile", 409, str(exc), exc.changes)
        case NotPossible():
            return _problem("not-possible", 409, str(exc))
        case LicenseError():
            return _problem("file", 422, str(exc))
        case StoreError():
            log.error("the API cannot reach what it needs: %s", exc)
            return _problem("store", 503, str(exc))
    log.error("a call of the API failed", exc_info=exc)
    return _problem("server", 500, UNEXPECTED)


def _problem(kind: str, status: int, detail: str, changes: tuple[Change, ...] = ()) -> Problem:
    return Problem(f"/api/#{kind}", TITLES[kind], status, detail, changes)


def respond(exc: Exception) -> Response:
    """Return an exception as an answer."""
    problem = problem_of(exc)
    headers = {}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    if isinstance(exc, Refused) and exc.wait:
        headers["retry-after"] = str(ceil(exc.wait.total_seconds()))
    data = json.dumps(plain(problem), ensure_ascii=False).encode()
    return Response(data, problem.status, headers, media_type=MEDIA_TYPE)
