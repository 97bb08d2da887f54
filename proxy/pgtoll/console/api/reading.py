"""What a request says, checked against what its call takes: nothing unknown, nothing too long."""

import json
from collections.abc import Iterable, Mapping, Sequence

from starlette.datastructures import UploadFile
from starlette.requests import Request

from pgtoll.console.api.declaration import Call, Field, Kind, Place, Value
from pgtoll.console.api.problems import Refused
from pgtoll.console.fence import LARGEST_REQUEST
from pgtoll.office.documents import MOST_FILES, NamedFile
from pgtoll_policy.documents import MAX_PRODUCT_CODE, MAX_SEATS
from pgtoll_policy.request import Want

LONGEST_NAME = 1_000  # characters


async def read_values(request: Request, call: Call) -> dict[str, Value]:
    """Return what was sent for the call's fields. Raises Refused, which names what is wrong."""
    given: dict[str, object] = {
        **request.path_params,
        **_query(request, call),
        **(await _body(request) if call.body else {}),
    }
    _refuse_unknown(given, [one.name for one in call.fields])
    return {one.name: _value(one, given.get(one.name)) for one in call.fields}


def _query(request: Request, call: Call) -> dict[str, str]:
    known = [one.name for one in call.fields if one.place is Place.QUERY]
    pairs = request.query_params.multi_items()
    _refuse_unknown(dict(pairs), known)
    for name in known:
        if sum(one == name for one, _ in pairs) > 1:
            raise _invalid(f"{name} is given more than once")
    return dict(pairs)


async def _body(request: Request) -> Mapping[str, object]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "invalid", "the body must be application/json")
    try:
        content = json.loads(await request.body(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as exc:
        raise Refused(400, "invalid", f"the body is not JSON: {exc}") from exc
    if not isinstance(content, dict):
        raise _invalid("the body must be an object")
    return content


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a name is given twice")
    return found


def _refuse_unknown(given: Iterable[str], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            names = f"the names are {', '.join(known)}" if known else "the call takes none"
            raise _invalid(f"unknown name {name[:100]!a}: {names}")


def _value(field: Field, given: object) -> Value:
    """Return a value as declared, the default when it was not sent."""
    if given is None:
        if field.required:
            raise _invalid(f"{field.name} is missing")
        return field.default
    match field.kind:
        case Kind.TEXT:
            return _text(field.name, given, field.least, field.most)
        case Kind.NUMBER:
            return _number(field, given)
        case Kind.NAMES:
            return _names(field, given)
        case Kind.WANTS:
            return _wants(field, given)


def _text(name: str, given: object, least: int, most: int) -> str:
    if not isinstance(given, str) or not least <= len(given) <= most:
        raise _invalid(f"{name} must be a text of {least} to {most} characters")
    if "\0" in given or (not given.isprintable() and _has_surrogate(given)):
        raise _invalid(f"{name} has a character that PostgreSQL does not take")
    return given


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _number(field: Field, given: object) -> int:
    in_address = field.place is not Place.BODY
    if in_address and isinstance(given, str) and given.isascii() and given.isdecimal():
        given = int(given[:20])
    if type(given) is not int or not field.least <= given <= field.most:
        raise _invalid(f"{field.name} must be a whole number, {field.least} to {field.most}")
    return given


def _list(field: Field, given: object) -> list[object]:
    if not isinstance(given, list) or len(given) > field.most:
        raise _invalid(f"{field.name} must be a list of at most {field.most} items")
    return given


def _names(field: Field, given: object) -> tuple[str, ...]:
    items = _list(field, given)
    names = tuple(_text(f"each of {field.name}", one, 1, LONGEST_NAME) for one in items)
    if len(set(names)) < len(names):
        raise _invalid(f"{field.name} names somebody twice")
    return names


def _wants(field: Field, given: object) -> tuple[Want, ...]:
    return tuple(_want(field.name, one) for one in _list(field, given))


def _want(name: str, given: object) -> Want:
    if not isinstance(given, dict) or given.keys() != {"product", "seats"}:
        raise _invalid(f"each of {name} must be an object with product and seats")
    seats = given["seats"]
    if seats is not None and (type(seats) is not int or not 1 <= seats <= MAX_SEATS):
        raise _invalid(f"seats of each of {name} must be 1 to {MAX_SEATS}, or null")
    return Want(_text("product", given["product"], 1, MAX_PRODUCT_CODE), seats)


async def read_files(request: Request) -> list[NamedFile]:
    """Return the files of a form. Raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0] != "multipart/form-data":
        raise Refused(415, "invalid", "files are sent as multipart/form-data")
    async with request.form(
        max_files=MOST_FILES, max_fields=0, max_part_size=LARGEST_REQUEST
    ) as form:
        files = []
        for name, part in form.multi_items():
            if name != "files" or not isinstance(part, UploadFile):
                raise _invalid("each part of the form must be a file and be named files")
            files.append(NamedFile((part.filename or "file")[:200], await part.read()))
    return files


def _invalid(detail: str) -> Refused:
    return Refused(422, "invalid", detail)
