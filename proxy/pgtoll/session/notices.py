"""Notices that PostgreSQL sends when an event trigger of ours runs: not for the client."""

from pgtoll.wire.messages import read_fields

_NOTICE = ord("N")
# What it says of any event trigger to a client that asks for messages of level DEBUG1.
OF_A_TRIGGER = b"EventTriggerInvoke "


def trigger_of(kind: int, data: bytes) -> int:
    """Return the function, by its oid, of the event trigger that a notice tells of; else 0."""
    if kind != _NOTICE or OF_A_TRIGGER not in data:
        return 0
    text, _, oid = read_fields(data).get("M", b"").partition(OF_A_TRIGGER)
    return int(oid) if not text and oid.isdigit() else 0
