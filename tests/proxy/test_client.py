"""The client's part that needs no database: a service over HTTP, and how little is loaded."""

import asyncio
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from pgtoll.client import (
    ANSWER_BYTES,
    LicenseException,
    Service,
    ServiceError,
    check_operation_license,
    check_operation_license_async,
    has_operation_license,
    has_operation_license_async,
)

SEAT = {"product": "marketing", "reason": "user has no seat", "hint": "Ask."}
ANSWERS: dict[str, object] = {
    "App.Use": {"allowed": True, "product": "marketing"},
    "App.No": {"allowed": False, "user": "bob", **SEAT},
    "-": {"allowed": False, "user": "bob", "product": "", "reason": "none", "hint": ""},
    "App.Odd": {"allowed": "yes"},
    "App.List": [True],
    "App.Long": {"allowed": True, "reason": "x" * ANSWER_BYTES},
}


class Answering(BaseHTTPRequestHandler):
    """A console's service, as far as clients know it."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        *folder, code = url.path.split("/")
        known = folder == ["", "base", "api", "operations"] and code in ANSWERS
        status = 200 if known else 404
        if self.headers["Authorization"] != "Bearer secret":
            status = 401
        elif parse_qs(url.query) != {"user": ["bob & co"]}:
            status = 400
        body = json.dumps(ANSWERS.get(code)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the tests' output is for the tests."""


@pytest.fixture
def service() -> Iterator[Service]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Service(f"http://127.0.0.1:{server.server_port}/base/", "secret", "bob & co")
        server.shutdown()
        thread.join()


def test_a_service_answers(service: Service) -> None:
    assert has_operation_license("App.Use", service) is True
    check_operation_license("App.Use", service)
    assert has_operation_license("App.No", service) is False
    with pytest.raises(LicenseException) as caught:
        check_operation_license("App.No", service)
    assert vars(caught.value) == {"operation": "App.No", "user": "bob", **SEAT}
    assert str(caught.value) == (
        'no license for operation "App.No" of product "marketing" for user "bob": user has no seat'
    )


@pytest.mark.parametrize("code", ["", "a b", "../products", "App.Use'--", "é", "\0", "\udcff"])
def test_what_cannot_be_a_code_is_that_of_nothing(code: str, service: Service) -> None:
    assert has_operation_license(code, service) is False
    with pytest.raises(LicenseException) as caught:
        check_operation_license(code, service)
    assert str(caught.value) == f'no product has operation "{code}", which user "bob" wants'


def test_whoever_is_asynchronous_does_not_wait_for_it(service: Service) -> None:
    async def story() -> None:
        assert await has_operation_license_async("App.Use", service) is True
        with pytest.raises(LicenseException):
            await check_operation_license_async("App.No", service)

    asyncio.run(story())


@pytest.mark.parametrize("code", ["App.Odd", "App.List", "App.Long", "App.Gone"])
def test_no_answer_is_an_error_and_allows_nothing(code: str, service: Service) -> None:
    with pytest.raises(ServiceError):
        has_operation_license(code, service)
    with pytest.raises(ServiceError):
        check_operation_license(code, service)


def test_a_token_that_is_refused_is_an_error_that_does_not_tell_it(service: Service) -> None:
    wrong = Service(service.url, "guessed", service.user)
    with pytest.raises(ServiceError) as caught:
        has_operation_license("App.Use", wrong)
    assert "401" in str(caught.value)
    assert "guessed" not in f"{caught.value} {wrong}"


def test_a_service_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ServiceError, match="did not answer"):
        has_operation_license("App.Use", Service("http://127.0.0.1:1", "secret", "bob"))
    with pytest.raises(ValueError, match="not an address"):
        Service("file:///etc", "secret", "bob")


def test_the_exception_can_be_handed_to_another_process() -> None:
    exception = LicenseException("App.Use", "marketing", "bob", "no seat", "Ask.")
    again = pickle.loads(pickle.dumps(exception))  # noqa: S301 (our own bytes)
    assert vars(again) == vars(exception)


def test_importing_it_loads_next_to_nothing() -> None:
    heavy = ("psycopg", "sqlglot", "uvloop", "cryptography", "asyncio", "ssl", "pgtoll_policy")
    code = f"import sys, pgtoll.client; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
