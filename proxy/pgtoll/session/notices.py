"""Notices of PostgreSQL's that are not for the client.

Those of an event trigger of ours; and plans that the server prints (`debug_print_plan`) where code
has run that nobody has read. A row that is a constant in a plan shows the number that the session
keeps its columns' names under, and so whether it knew these names before.
"""

from pgtoll.wire.messages import read_fields

_NOTICE = ord("N")
# What it says of any event trigger to a client that asks for messages of level DEBUG1.
OF_A_TRIGGER = b"EventTriggerInvoke "
_PLAN = b"{PLANNEDSTMT"  # how one begins, in whatever language and width


def trigger_of(kind: int, data: bytes) -> int:
    """Return the function, by its oid, of the event trigger that a notice tells of; else 0."""
    if kind != _NOTICE or OF_A_TRIGGER not in data:
        return 0
    text, _, oid = read_fields(data).get("M", b"").partition(OF_A_TRIGGER)
    return int(oid) if not text and oid.isdigit() else 0


def prints_plan(kind: int, data: bytes) -> bool:
    """Tell whether this is a plan that the server prints, or the head of one."""
    return kind in (_NOTICE, -_NOTICE) and _PLAN in data
