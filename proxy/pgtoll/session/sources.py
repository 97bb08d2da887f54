"""What an error tells by the part of PostgreSQL that raised it, and so whether it may be shown.

A function can raise any SQLSTATE with any text: what it says may be made from what it has read. But
it cannot choose the source file that the server names ("Error and Notice Message Fields", F).
docs/parsers.md says how these lists were verified.
"""

from collections.abc import Mapping

from pgtoll_policy.facts import Statement

# PostgreSQL's own source files whose errors name what a statement's text names and never a value
# of a table. That holds for errors that point at a word of the text (P): others may come from a
# value that was taken for a name, such as secret::regclass.
WORDS = frozenset(
    b"analyze.c parse_agg.c parse_clause.c parse_cte.c parse_expr.c parse_func.c "
    b"parse_oper.c parse_param.c parse_relation.c parse_target.c parse_type.c parse_utilcmd.c "
    b"namespace.c aclchk.c functioncmds.c heap.c indexcmds.c pg_proc.c prepare.c portalcmds.c "
    b"schemacmds.c tablecmds.c typecmds.c utility.c xact.c".split()
)
# Those that split a text into words. Of a text that was made at run time they say more (W, q).
SYNTAX = frozenset({b"scan.l", b"gram.y"})
# Where PL/pgSQL checks a body that is being made. Of any other body they say where it was compiled
# (W), or they cite it (q): a position alone is one in the statement's own text.
BODIES = frozenset({b"pl_comp.c", b"pl_gram.y", b"pl_scanner.c"})
MAKE_BODIES = frozenset({"create function", "create procedure"})
# Those that carry out commands and that no expression leads to: what they name stands in the text
# or hangs on what does, and need not be pointed at. Not typecmds.c: it says whether the columns of
# a domain have values of some kind, in tables that no text names. Not what pg_get_object_address
# finds objects with, nor what validators or lists of extensions say: they take any name or number.
COMMANDS = frozenset(
    b"dependency.c heap.c indexcmds.c pg_namespace.c schemacmds.c tablecmds.c view.c".split()
)
# What tells of commands for which nothing is evaluated that a name in them is not there, or there
# already, or somebody else's. Constants in them are made values, but errors of that point there.
_OF_BARE = frozenset(
    b"acl.c aclchk.c alter.c collationcmds.c comment.c dropcmds.c extension.c foreign.c "
    b"functioncmds.c lockcmds.c namespace.c objectaddress.c operatorcmds.c parse_func.c "
    b"parse_oper.c parse_type.c pg_collation.c pg_operator.c pg_proc.c pg_shdepend.c pg_type.c "
    b"pg_enum.c policy.c proclang.c rewriteDefine.c rewriteRemove.c rewriteSupport.c sequence.c "
    b"trigger.c typecmds.c user.c xact.c".split()
)
# The rest of an extension's errors is that of its script.
_OF_EXTENSIONS = frozenset({b"extension.c"})
_EXTENDING = frozenset({"create extension", "alter extension"})
_NONE: frozenset[bytes] = frozenset()
_OWNED = ("table", "view", "materialized view", "sequence", "index", "foreign table", "schema")
# What is usually said of one name, whatever else the statement does. The server may translate it.
SAYS_OF = {
    b"namespace.c": ('relation "{}" does not exist', 'schema "{}" does not exist'),
    b"parse_type.c": ('type "{}" does not exist',),
    b"createas.c": ('relation "{}" already exists',),
    b"regproc.c": ('relation "{}" does not exist',),  # in place of namespace.c since 16
    b"index.c": ('multiple primary keys for table "{}" are not allowed',),
    b"parse_func.c": ("function {}() does not exist",),
    b"trigger.c": ("function {} must return type trigger",),
    b"aclchk.c": tuple(
        f"{what} {owned} {{}}"
        for what in ("must be owner of", "permission denied for")
        for owned in _OWNED
    ),
}
# And of what the statement is, before it is carried out.
SAYS_OF_VERB = {b"utility.c": "cannot execute {} in a read-only transaction"}
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


def files_of(statement: Statement) -> frozenset[bytes]:
    """Return the files whose errors name nothing but what is in a statement."""
    if statement.verb in _EXTENDING:
        return _OF_EXTENSIONS
    return _OF_BARE if statement.bare else _NONE


def ran_nothing(fields: Mapping[str, bytes]) -> bool:
    """Tell whether an error says that the server has ignored a statement, its transaction having
    failed before: that is asked for first, and says the same of whatever was ignored."""
    return telling_state(fields) == b"25P02"


def telling_state(fields: Mapping[str, bytes]) -> bytes:
    """Return the SQLSTATE of an error if clients act on it and it is the server's own, or b\"\"."""
    state = fields.get("C", b"")
    files = _OF_OTHERS.get(state, frozenset())
    if "W" not in fields:
        files |= _OF_MESSAGES.get(state, frozenset())
    return state if fields.get("F", b"") in files else b""
