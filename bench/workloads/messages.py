"""Messages of PostgreSQL's extended protocol, made beforehand, as drivers send them."""

from collections.abc import Sequence

from pgtoll.wire.messages import SYNC, execute, message, parse

TEXT, BINARY = 0, 1
_DESCRIBE = message(b"D", b"P\0")
_EXECUTE = execute(b"")


def asked(sql: str, parameters: Sequence[str | None] = (), results: int = TEXT) -> bytes:
    """Return a statement without a name, parsed, bound, described and executed."""
    return parse(b"", sql.encode()) + _bound(parameters, results) + _DESCRIBE + _EXECUTE + SYNC


def _bound(parameters: Sequence[str | None], results: int) -> bytes:
    values = b"".join(map(_value, parameters))
    count = len(parameters).to_bytes(2, "big")
    return message(b"B", b"\0\0\0\0" + count + values + b"\0\1" + results.to_bytes(2, "big"))


def _value(parameter: str | None) -> bytes:
    if parameter is None:
        return b"\xff\xff\xff\xff"
    data = parameter.encode()
    return len(data).to_bytes(4, "big") + data
