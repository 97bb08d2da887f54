"""What an error tells by the part of PostgreSQL that raised it, and so whether it may be shown.

A function can raise any SQLSTATE with any text: what it says may be made from what it has read. But
it cannot choose the source file that the server names ("Error and Notice Message Fields", F).
"""

from collections.abc import Mapping

# PostgreSQL's own source files whose errors name what a statement's text names and never a value
# of a table. That holds for errors that point into the text (P): others may come from a value that
# was taken for a name, such as secret::regclass. An error with a context (W) comes from inside a
# function, which may have made its text from anything. docs/parsers.md says how this was verified.
_NAME_ONLY = frozenset(
    b"scan.l gram.y analyze.c parse_agg.c parse_clause.c parse_cte.c parse_expr.c parse_func.c "
    b"parse_oper.c parse_param.c parse_relation.c parse_target.c parse_type.c parse_utilcmd.c "
    b"namespace.c aclchk.c functioncmds.c heap.c indexcmds.c pg_proc.c prepare.c portalcmds.c "
    b"schemacmds.c tablecmds.c typecmds.c utility.c xact.c".split()
)
# Those of them, and others, that carry out commands and never evaluate an expression: what they
# name stands in the text or hangs on what does, and need not be pointed at. Not typecmds.c: it says
# whether the columns of a domain have values of some kind, in tables that no text names. Not
# pg_proc.c: validators can be called with any function's number.
_COMMANDS = frozenset(
    b"dependency.c extension.c functioncmds.c heap.c indexcmds.c pg_namespace.c schemacmds.c "
    b"tablecmds.c view.c".split()
)
# Drivers act on these; they are about the client's own message, so there is no context.
_OF_MESSAGES = {
    b"0A000": frozenset({b"plancache.c"}),
    b"25P02": frozenset({b"postgres.c"}),
    b"26000": frozenset({b"postgres.c", b"prepare.c"}),
    b"34000": frozenset({b"execCurrent.c", b"portalcmds.c", b"postgres.c"}),
}
# Applications try again after these, also where a function met them.
_OF_OTHERS = {
    b"40001": frozenset(
        b"execReplication.c heapam_handler.c nodeLockRows.c nodeModifyTable.c postgres.c "
        b"predicate.c trigger.c".split()
    ),
    b"40P01": frozenset({b"deadlock.c"}),
    b"55P03": frozenset(
        b"heapam.c heapam_handler.c lockcmds.c namespace.c postgres.c vacuum.c".split()
    ),
    b"57014": frozenset({b"postgres.c"}),
}


def names_only(fields: Mapping[str, bytes]) -> bool:
    """Tell whether an error holds nothing but what the statement's own text says."""
    if "W" in fields:
        return False
    return fields.get("F", b"") in (_NAME_ONLY if "P" in fields else _COMMANDS)


def telling_state(fields: Mapping[str, bytes]) -> bytes:
    """Return the SQLSTATE of an error if clients act on it and it is the server's own, or b\"\"."""
    state = fields.get("C", b"")
    files = _OF_OTHERS.get(state, frozenset())
    if "W" not in fields:
        files |= _OF_MESSAGES.get(state, frozenset())
    return state if fields.get("F", b"") in files else b""
