"""Records as syslog messages (RFC 5424). Whatever clients have sent, one record is one message."""

from __future__ import annotations

from dataclasses import replace

from pgtoll.logs import printable
from pgtoll.trails.entries import Entry, Kind, shown_time, told

# Of one message. RFC 5424 lets a receiver cut off what is beyond 2 kB, and most take 8.
MOST_BYTES = 8 << 10
# The number that RFC 5612 sets aside for examples: there is none of our own.
STRUCTURE = "pgtoll@32473"

_ERROR, _WARNING, _NOTICE = 3, 4, 5  # severities (table 2)
_SEVERITIES = {Kind.REFUSED: _WARNING, Kind.OBSERVED: _WARNING, Kind.LOST: _ERROR}
_ABSENT = "-"
_BOM = b"\xef\xbb\xbf"  # ahead of a message that has more than ASCII (section 6.4)


def as_syslog(entry: Entry, *, facility: int, host: str, process: int, proxy: str) -> bytes:
    """Return one message of at most 8 kB: of a longer one the statement is cut off."""
    while True:
        head = _head(entry, facility, host, process)
        text = printable(_text(entry)).encode(errors="replace")
        data = f"{head} {_structured(entry, proxy)} ".encode(errors="replace")
        data += text if text.isascii() else _BOM + text
        if len(data) <= MOST_BYTES or not entry.sql:
            return data
        # Escaped, a character may take ten times as many bytes: halves come close soon enough.
        entry = replace(entry, sql=entry.sql[: min(len(entry.sql) // 2, MOST_BYTES)])


def _head(entry: Entry, facility: int, host: str, process: int) -> str:
    priority = facility * 8 + _SEVERITIES.get(entry.kind, _NOTICE)
    at, name = shown_time(entry.at), _name(host, 255)
    return f"<{priority}>1 {at} {name} pgtoll {process} {entry.kind.value}"


def _name(text: str, most: int) -> str:
    """Return what may stand for a name in the header (PRINTUSASCII)."""
    return "".join(each for each in text if "!" <= each <= "~")[:most] or _ABSENT


def _structured(entry: Entry, proxy: str) -> str:
    """Return the fields as one element of structured data (section 6.3)."""
    known = told(entry)
    for name in ("at", "kind", "message"):  # which stand elsewhere
        known.pop(name, None)
    pairs = "".join(
        f' {name}="{_escaped(value)}"' for name, value in {"proxy": proxy, **known}.items()
    )
    return f"[{STRUCTURE}{pairs}]"


def _escaped(value: str) -> str:
    value = printable(value)
    return value.replace("\\", r"\\").replace('"', r"\"").replace("]", r"\]")


def _text(entry: Entry) -> str:
    """Return the record as one sentence, for people."""
    more = f" ({entry.reason})" if entry.reason else ""
    state = f"{entry.sqlstate}: " if entry.sqlstate else ""
    return f"{state}{entry.message}{more}"
