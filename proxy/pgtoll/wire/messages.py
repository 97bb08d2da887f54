"""The few messages we read and the few we write ("Message Formats" in PostgreSQL's manual)."""

from collections.abc import Mapping

from pgtoll.errors import ProtocolViolation

SYNC = b"S\0\0\0\x04"
FLUSH = b"H\0\0\0\x04"
TERMINATE = b"X\0\0\0\x04"

FIRST_OWN_OID = 16384  # smaller ones are of objects that every database has


def message(kind: bytes, payload: bytes) -> bytes:
    """One message: its type, the length that counts itself, its payload."""
    return kind + (len(payload) + 4).to_bytes(4, "big") + payload


def query(*parts: bytes | memoryview) -> bytes:
    """A Query of a text that comes in parts: megabytes of it are copied once."""
    length = 5 + sum(map(len, parts))
    return b"".join((b"Q", length.to_bytes(4, "big"), *parts, b"\0"))


def parse(name: bytes, sql: bytes) -> bytes:
    return message(b"P", name + b"\0" + sql + b"\0\0\0")


def bind(portal: bytes, statement: bytes) -> bytes:
    """Bind without parameters; the results come in text."""
    return message(b"B", portal + b"\0" + statement + b"\0\0\0\0\0\0\0")


def execute(portal: bytes) -> bytes:
    return message(b"E", portal + b"\0\0\0\0\0")


def close(kind: bytes, name: bytes) -> bytes:
    """Close a statement (kind b"S") or a portal (kind b"P")."""
    return message(b"C", kind + name + b"\0")


def data_row(*columns: bytes) -> bytes:
    """A DataRow without NULLs."""
    values = (len(column).to_bytes(4, "big") + column for column in columns)
    return message(b"D", len(columns).to_bytes(2, "big") + b"".join(values))


def error_response(fields: Mapping[str, str], severity: str = "ERROR") -> bytes:
    """An ErrorResponse; `fields` are named by their one-letter codes (C, M, D, H, s, t …)."""
    return message(b"E", _fields(fields, severity))


def notice_response(fields: Mapping[str, str], severity: str = "NOTICE") -> bytes:
    return message(b"N", _fields(fields, severity))


def _fields(fields: Mapping[str, str], severity: str) -> bytes:
    pairs = {"S": severity, "V": severity, **fields}
    body = b"".join(
        code.encode() + _wire_text(value) + b"\0" for code, value in pairs.items() if value
    )
    return body + b"\0"


def _wire_text(value: str) -> bytes:
    """Names that came in another encoding than ours go back as they came."""
    text = value.replace("\0", " ")
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a character, as a JSON document may have it
        return text.encode("utf-8", "replace")


def old_error_response(text: str) -> bytes:
    """An ErrorResponse to a client of version 1 or 2, for whom it is one string."""
    return b"EFATAL:  " + _wire_text(text) + b"\n\0"


def read_fields(error: bytes) -> dict[str, bytes]:
    """The fields of an ErrorResponse or NoticeResponse by their one-letter codes, undecoded."""
    return {chr(field[0]): field[1:] for field in error[5:].split(b"\0") if field}


def with_fields(error: bytes, fields: Mapping[str, bytes]) -> bytes:
    """The same ErrorResponse with other fields; an empty value takes the field out."""
    kept = {**read_fields(error), **fields}
    body = b"".join(code.encode() + value + b"\0" for code, value in kept.items() if value)
    return message(error[:1], body + b"\0")


def read_query(data: bytes) -> bytes:
    """The text of a Query."""
    if data.find(b"\0", 5) != len(data) - 1:
        raise ProtocolViolation("Query does not hold exactly one string")
    return data[5:-1]


def read_function(data: bytes) -> int:
    """The function that a FunctionCall calls, by its oid; 0 if it does not say."""
    return int.from_bytes(data[5:9], "big") if len(data) >= 9 else 0


def read_parse(data: bytes) -> tuple[bytes, bytes]:
    """The statement name and the text of a Parse."""
    name, _, rest = data[5:].partition(b"\0")
    sql, end, _ = rest.partition(b"\0")
    if not end:
        raise ProtocolViolation("Parse holds no text")
    return name, sql


def read_types(parse_message: bytes, start: int) -> tuple[int, ...]:
    """The types that a Parse declares for parameters and that are none of PostgreSQL's own, by oid.

    `start` is where its text ends, behind the zero.
    """
    size = 4 * int.from_bytes(parse_message[start : start + 2], "big")
    oids = parse_message[start + 2 : start + 2 + size]
    found = (int.from_bytes(oids[at : at + 4], "big") for at in range(0, len(oids), 4))
    return tuple(oid for oid in found if oid >= FIRST_OWN_OID)


def with_text(parse_message: bytes, sql: bytes) -> bytes:
    """The same Parse with another text."""
    name, _, rest = parse_message[5:].partition(b"\0")
    return message(b"P", name + b"\0" + sql + rest[rest.find(b"\0") :])


def read_bind(data: bytes) -> tuple[bytes, bytes]:
    """The portal and the statement that a Bind names; its parameters are not read."""
    middle = data.find(b"\0", 5)
    end = data.find(b"\0", middle + 1)
    if middle < 0 or end < 0:
        raise ProtocolViolation("Bind names no statement")
    return data[5:middle], data[middle + 1 : end]


def read_execute(data: bytes) -> bytes:
    """The portal that an Execute names."""
    end = data.find(b"\0", 5)
    if end < 0:
        raise ProtocolViolation("Execute names no portal")
    return data[5:end]


def read_target(data: bytes) -> tuple[bytes, bytes]:
    """What a Close or Describe names: b"S" or b"P", and the name."""
    end = data.find(b"\0", 6)
    if end < 0 or data[5:6] not in (b"S", b"P"):
        raise ProtocolViolation("Close or Describe names nothing")
    return data[5:6], data[6:end]


def read_parameter(data: bytes) -> tuple[bytes, bytes]:
    """The name and the value of a ParameterStatus."""
    name, _, rest = data[5:].partition(b"\0")
    return name, rest[:-1]


def read_column(data: bytes) -> bytes | None:
    """The first column of a DataRow that is there in full; None when it is NULL."""
    size = int.from_bytes(data[7:11], "big", signed=True)
    return None if size < 0 else data[11 : 11 + size]
