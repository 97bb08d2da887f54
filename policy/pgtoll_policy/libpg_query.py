"""The C library that holds PostgreSQL's own scanner and grammar, called through ctypes.

All that Python sees of it is bytes in, bytes or numbers out. The library reads up to the first NUL,
and recurses until the stack ends: callers see to both.
"""

from ctypes import CDLL, PyDLL, Structure, c_char_p, c_int, c_void_p, string_at
from importlib import import_module

# postgast brings the library and the descriptors of its trees. Type checkers cannot read the stubs
# of the latter (some fields are named like keywords of Python), hence no import statement.
_native = import_module("postgast.native")
_descriptors = import_module("postgast.pg_query_pb2")

BACKSLASH_ESCAPES = 32  # PG_QUERY_DISABLE_STANDARD_CONFORMING_STRINGS

# What each field of each node of a tree holds: "Node" for a node of any kind, wrapped as
# {"Kind": {...}}, or the one kind it always is, not wrapped. Fields without nodes are absent.
FIELDS: dict[str, dict[str, str]] = {
    str(kind): {
        str(field.json_name): str(field.message_type.name)
        for field in message.fields
        if field.message_type
    }
    for kind, message in _descriptors.DESCRIPTOR.message_types_by_name.items()
}
TOKENS: dict[str, int] = {str(name): int(number) for name, number in _descriptors.Token.items()}


class QueryError(Exception):
    """The library does not accept the text; the message is PostgreSQL's."""


class _Normalized(Structure):
    """PgQueryNormalizeResult, as far as it is read here: without an error there is a text."""

    _fields_ = (("text", c_char_p), ("error", c_void_p))


_lib: CDLL = _native.lib
_parse = _lib.pg_query_parse_opts
_parse.argtypes = [c_char_p, c_int]
_parse.restype = _native.PgQueryParseResult

# The library a second time, so that its functions have types of their own; as a PyDLL, because a
# call of microseconds is not worth giving up the interpreter's lock.
_quick = PyDLL(_lib._name)
_normalize = _quick.pg_query_normalize
_normalize.restype = _Normalized
_free_normalized = _quick.pg_query_free_normalize_result
_free_normalized.restype = None


def parse(sql: bytes, *, backslash_escapes: bool) -> bytes:
    """Return the tree of a text as JSON. Raises QueryError."""
    result = _parse(sql, BACKSLASH_ESCAPES if backslash_escapes else 0)
    try:
        _check(result)
        tree: bytes = result.parse_tree
        return tree
    finally:
        _lib.pg_query_free_parse_result(result)


def scan(sql: bytes) -> list[tuple[int, int, int]]:
    """Return number in the grammar, start and end of each token. Raises QueryError."""
    result = _lib.pg_query_scan(sql)
    try:
        _check(result)
        message = _descriptors.ScanResult.FromString(string_at(result.pbuf.data, result.pbuf.len))
        return [(token.token, token.start, token.end) for token in message.tokens]
    finally:
        _lib.pg_query_free_scan_result(result)


def normalize(sql: bytes) -> bytes | None:
    """Return a text with its constants replaced by parameters; None if the grammar rejects it."""
    result = _normalize(sql)
    text: bytes | None = result.text
    _free_normalized(result)
    return text


def _check(result: Structure) -> None:
    if result.error:
        raise QueryError(result.error.contents.message.decode(errors="replace"))
