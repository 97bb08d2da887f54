"""The document is sound, and describes what there is."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from license_samples import MARKETING, PERSONAL
from officing import Office, in_office, program
from servers import Postgres

from pgtoll.console.api.calls import CALLS
from pgtoll.console.api.declaration import Need
from pgtoll.console.api.openapi import document, statuses

jsonschema = pytest.importorskip("jsonschema")
validator = pytest.importorskip("openapi_spec_validator")

DOCUMENT: Mapping[str, Any] = json.loads(json.dumps(document(CALLS)))


def test_the_document_is_valid() -> None:
    validator.validate(DOCUMENT)


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [call.name for call in CALLS]
    assert len(set(names)) == len(names)


def test_only_the_log_in_is_open() -> None:
    open_calls = [call.name for call in CALLS if call.need is Need.NOBODY]
    assert open_calls == ["logIn"]
    assert DOCUMENT["paths"]["/session"]["post"]["security"] == []


def test_what_cannot_happen_is_not_documented() -> None:
    by_name = {call.name: statuses(call) for call in CALLS}
    assert by_name["listProducts"] == [200, 401, 500, 503]
    assert by_name["logOut"] == [204, 401, 403, 500, 503]
    assert {413, 415, 422} <= set(by_name["upload"])


LOOKS = (
    ("/session", "/session"),
    ("/products", "/products"),
    ("/products/{code}", "/products/marketing"),
    ("/products/{code}/deletion", "/products/marketing/deletion"),
    ("/users", "/users"),
    ("/activity", "/activity"),
    ("/caps", "/caps"),
    ("/operations/{code}", "/operations/MrktApp.Use?user=bob"),
)


def test_answers_are_as_documented(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.upload(MARKETING, PERSONAL)
        await office.grant("alice")
        async with program(office) as call:
            for path, address in LOOKS:
                answer = await call("GET", address)
                check(path, "get", answer.status_code, answer.json())
            body = {"grant": ["bob"], "version": ""}
            applied = await call("POST", "/products/marketing/seats", body)
            check("/products/{code}/seats", "post", 200, applied.json())
            judging = await call("POST", "/check", {"sql": "SELECT 1", "user": "bob"})
            check("/check", "post", 200, judging.json())
            missing = await call("GET", "/products/sales")
            check("/products/{code}", "get", 404, missing.json(), "application/problem+json")

    in_office(database, story)


def check(
    path: str, method: str, status: int, content: object, media: str = "application/json"
) -> None:
    """Raise unless an answer is as the document says."""
    response = DOCUMENT["paths"][path][method]["responses"][str(status)]
    schema = response["content"][media]["schema"] | {"components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(schema).validate(content)
