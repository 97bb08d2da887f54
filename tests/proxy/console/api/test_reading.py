"""Nothing that is not declared gets in."""

import asyncio
import json
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from pgtoll.console.api.calls import CALLS
from pgtoll.console.api.declaration import Value
from pgtoll.console.api.problems import Refused
from pgtoll.console.api.reading import read_files, read_values
from pgtoll_policy.request import Want

JSON = "application/json"


def request(
    path: Mapping[str, str], query: object = (), body: bytes = b"", kind: str = JSON
) -> Request:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "path_params": dict(path),
        "query_string": urlencode(query or ()).encode(),  # type: ignore[arg-type]  # pairs
        "headers": [(b"content-type", kind.encode())],
    }
    return Request(scope, receive)


def read(
    name: str, path: Mapping[str, str], query: object = (), body: object = None, kind: str = JSON
) -> dict[str, Value]:
    (call,) = (one for one in CALLS if one.name == name)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return asyncio.run(read_values(request(path, query, data, kind), call))


def test_what_is_declared_is_read() -> None:
    found = read("changeSeats", {"code": "marketing"}, body={"grant": ["bob"], "version": "1:1:"})
    assert found == {"code": "marketing", "grant": ("bob",), "recall": None, "version": "1:1:"}
    assert read("listUsers", {}, [("limit", "5")]) == {
        "search": None,
        "lacking": None,
        "limit": 5,
        "offset": 0,
    }
    wants = [{"product": "a", "seats": 2}, {"product": "b", "seats": None}]
    asked = read("makeRequest", {}, body={"customer": "acme", "wants": wants})
    assert asked["wants"] == (Want("a", 2), Want("b", None))


@pytest.mark.parametrize(
    ("name", "query", "body", "words"),
    [
        ("listUsers", [("page", "1")], None, "unknown name 'page': the names are search, lacking"),
        ("getSession", [("x", "1")], None, "unknown name 'x': the call takes none"),
        ("listUsers", [("limit", "1"), ("limit", "2")], None, "limit is given more than once"),
        ("listUsers", [("limit", "-1")], None, "limit must be a whole number, 1 to 500"),
        ("listUsers", [("limit", "9" * 50)], None, "limit must be"),
        ("listUsers", [("search", "x" * 201)], None, "search must be a text of 0 to 200"),
        ("listUsers", [("search", "a\0b")], None, "does not take"),
        ("checkOperation", [], None, "user is missing"),
        ("check", [], {"sql": "", "user": "bob"}, "sql must be a text of 1 to"),
        ("check", [], {"sql": 1, "user": "bob"}, "sql must be a text"),
        ("check", [], {"sql": "x", "user": "\ud800"}, "does not take"),
        ("check", [], {"sql": "x", "user": "bob", "x": 1}, "unknown name 'x'"),
        ("check", [("sql", "x")], {"sql": "x", "user": "bob"}, "unknown name 'sql'"),
        ("check", [], [], "the body must be an object"),
        ("check", [], b"{", "the body is not JSON"),
        ("check", [], b"\xff", "the body is not JSON"),
        ("check", [], b'{"sql": "a", "sql": "b"}', "a name is given twice"),
        ("check", [], b"[" * 100_000, "the body is not JSON"),
        ("changeSeats", [], {"grant": "bob"}, "grant must be a list of at most"),
        ("changeSeats", [], {"grant": ["bob", "bob"]}, "grant names somebody twice"),
        ("changeSeats", [], {"grant": [1]}, "each of grant must be a text"),
        ("changeSeats", [], {"grant": [""]}, "each of grant must be a text of 1"),
        ("makeRequest", [], {"customer": "a", "wants": [{}]}, "product and seats"),
        ("makeRequest", [], {"customer": "a", "wants": [{"product": "a", "seats": 0}]}, "seats of"),
        (
            "makeRequest",
            [],
            {"customer": "a", "wants": [{"product": "a", "seats": True}]},
            "seats of",
        ),
    ],
)
def test_what_is_not_declared_is_refused(
    name: str, query: object, body: object, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refused:
        read(name, _path(name), query, body)
    assert refused.value.status in (400, 422)


def _path(name: str) -> dict[str, str]:
    in_path = name in ("changeSeats", "checkOperation")
    return {"code": "marketing"} if in_path else {}


def test_a_body_of_another_type_is_refused() -> None:
    with pytest.raises(Refused, match="application/json") as refused:
        read("check", {}, body={}, kind="text/plain")
    assert refused.value.status == 415


FORM = "multipart/form-data; boundary=b"


def part(name: str, data: str, filename: str = "") -> bytes:
    file = f'; filename="{filename}"' if filename else ""
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return f"{head}{data}\r\n".encode()


def test_files_are_the_parts_of_that_name() -> None:
    body = part("files", "one", "a.lic") + part("files", "two", "b.lic") + b"--b--\r\n"
    files = asyncio.run(read_files(request({}, body=body, kind=FORM)))
    assert [(one.name, one.data) for one in files] == [("a.lic", b"one"), ("b.lic", b"two")]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (part("other", "x", "a.lic") + b"--b--\r\n", FORM, 422),
        (b"{}", JSON, 415),
    ],
)
def test_other_parts_are_refused(body: bytes, kind: str, status: int) -> None:
    with pytest.raises(Refused) as refused:
        asyncio.run(read_files(request({}, body=body, kind=kind)))
    assert refused.value.status == status
