"""The OpenAPI document, made from the declarations of the calls."""

from collections.abc import Iterable
from http import HTTPStatus
from importlib.metadata import version

from pgtoll.console.api.declaration import Call, Download, Field, Kind, Need, Place
from pgtoll.console.api.problems import MEDIA_TYPE, Problem
from pgtoll.console.api.reading import LONGEST_NAME
from pgtoll.console.api.shapes import Schema, components, schema_of
from pgtoll_policy.request import Want

VERSION = "3.1.0"
ABOUT = (
    "Everything that the License manager does. Log in with POST /session, and send its token in"
    " the header `Authorization: Bearer TOKEN`; or use a browser's session, and send its word in"
    " the header `x-csrf-token` with whatever is no GET. Times are in RFC 3339."
)
SECURITY: Schema = {
    "token": {"type": "http", "scheme": "bearer"},
    "browser": {"type": "apiKey", "in": "cookie", "name": "pgtoll"},
}


def document(calls: Iterable[Call]) -> Schema:
    """Return the document of some calls."""
    calls = tuple(calls)
    paths: dict[str, dict[str, object]] = {}
    for call in calls:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call)
    shown = [call.answers for call in calls if call.answers not in (None, Download)]
    return {
        "openapi": VERSION,
        "info": {
            "title": "pgtoll License manager",
            "version": version("pgtoll"),
            "description": ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/api"}],
        "paths": paths,
        "components": {
            "schemas": components([*shown, Problem, Want]),
            "securitySchemes": SECURITY,
        },
    }


def _operation(call: Call) -> Schema:
    parameters = [_parameter(one) for one in call.fields if one.place is not Place.BODY]
    operation: Schema = {
        "operationId": call.name,
        "summary": call.about,
        "parameters": parameters,
        "responses": {str(status): _response(call, status) for status in statuses(call)},
    }
    if body := _body(call):
        operation["requestBody"] = body
    operation["security"] = [] if call.need is Need.NOBODY else [{"token": []}, {"browser": []}]
    return operation


def statuses(call: Call) -> list[int]:
    """Return every status that a call answers with."""
    found = {204 if call.answers is None else 200, 500, 503, *call.errors}
    if call.fields or call.files:
        found.add(422)
    if call.body or call.files:
        found |= {400, 413, 415}
    if call.need is not Need.NOBODY:
        found.add(401)
        if call.method != "GET":
            found.add(403)
    return sorted(found)


def _response(call: Call, status: int) -> Schema:
    about: Schema = {"description": HTTPStatus(status).phrase}
    if status >= HTTPStatus.BAD_REQUEST:
        about["content"] = {MEDIA_TYPE: {"schema": schema_of(Problem)}}
    elif call.answers is Download:
        about["content"] = {"application/octet-stream": {}}
    elif call.answers is not None:
        about["content"] = {"application/json": {"schema": schema_of(call.answers)}}
    return about


def _parameter(field: Field) -> Schema:
    return {
        "name": field.name,
        "in": field.place.value,
        "description": field.about,
        "required": field.required,
        "schema": schema_of_field(field),
    }


def _body(call: Call) -> Schema:
    if call.files:
        return _form()
    if not call.body:
        return {}
    schema: Schema = {
        "type": "object",
        "properties": {
            one.name: {**schema_of_field(one), "description": one.about} for one in call.body
        },
        "required": [one.name for one in call.body if one.required],
        "additionalProperties": False,
    }
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _form() -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": {
            "files": {
                "type": "array",
                "items": {"type": "string", "contentMediaType": "application/octet-stream"},
            }
        },
        "required": ["files"],
    }
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def schema_of_field(field: Field) -> Schema:
    """Return the schema of a value that is sent."""
    match field.kind:
        case Kind.TEXT:
            return {"type": "string", "minLength": field.least, "maxLength": field.most}
        case Kind.NUMBER:
            schema: Schema = {"type": "integer", "minimum": field.least, "maximum": field.most}
            return schema if field.default is None else {**schema, "default": field.default}
        case Kind.NAMES:
            items: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}
            return {"type": "array", "items": items, "maxItems": field.most, "uniqueItems": True}
        case Kind.WANTS:
            return {"type": "array", "items": schema_of(Want), "maxItems": field.most}
