"""The kinds of statements there are: what each is called and what it means before any name is read.

A kind that is not in the table is opaque: a grammar newer than this list fails closed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pgtoll_policy.facts import Act
from pgtoll_policy.grammar import Node
from pgtoll_policy.spelling import LICENSE_USER
from pgtoll_policy.system_relations import ACTIVITY, VALUE_HOLDERS


@dataclass(frozen=True, slots=True)
class Kind:
    """What the node type alone says of a statement; the fields mean what `Statement`'s do."""

    verb: str
    ddl: bool = False
    opaque: str = ""
    unwatchable: str = ""
    may_commit: bool = False


PLPGSQL = "plpgsql"
# Parameters that say how text is read; a function that sets one has callees read otherwise.
TEXT_SETTINGS = frozenset({"standard_conforming_strings", "client_encoding", "backslash_quote"})
_WORD = re.compile(r"[a-z_][a-z0-9_$]*")
NO_BLOCK = "refuses to run inside a transaction block"
CONCURRENTLY = "CONCURRENTLY refuses to run inside a transaction block"
CONNECTS = "uses another connection"
_HOLD = 0x20  # CURSOR_OPT_HOLD

_PLAIN = {
    "SelectStmt": "select",
    "InsertStmt": "insert",
    "UpdateStmt": "update",
    "DeleteStmt": "delete",
    "MergeStmt": "merge",
    "CopyStmt": "copy",
    "TruncateStmt": "truncate",
    "ExplainStmt": "explain",
    "PrepareStmt": "prepare",
    "ExecuteStmt": "execute",
    "DeallocateStmt": "deallocate",
    "DeclareCursorStmt": "declare cursor",
    "ClosePortalStmt": "close",
    "LockStmt": "lock",
    "VariableSetStmt": "set",
    "VariableShowStmt": "show",
    "ConstraintsSetStmt": "set constraints",
    "DiscardStmt": "discard",
    "TransactionStmt": "transaction",
    "ListenStmt": "listen",
    "NotifyStmt": "notify",
    "UnlistenStmt": "unlisten",
    "CheckPointStmt": "checkpoint",
    "RefreshMatViewStmt": "refresh materialized view",
    "VacuumStmt": "analyze",
    "ClusterStmt": "cluster",
    "ReindexStmt": "reindex",
}

_DDL = {
    "AlterCollationStmt": "alter collation",
    "AlterDatabaseRefreshCollStmt": "alter database",
    "AlterDatabaseSetStmt": "alter database",
    "AlterDatabaseStmt": "alter database",
    "AlterDefaultPrivilegesStmt": "alter default privileges",
    "AlterDomainStmt": "alter domain",
    "AlterEnumStmt": "alter type",
    "AlterEventTrigStmt": "alter event trigger",
    "AlterExtensionContentsStmt": "alter extension",
    "AlterFdwStmt": "alter foreign data wrapper",
    "AlterForeignServerStmt": "alter server",
    "AlterFunctionStmt": "alter function",
    "AlterObjectDependsStmt": "alter depends",
    "AlterObjectSchemaStmt": "alter schema of",
    "AlterOpFamilyStmt": "alter operator family",
    "AlterOperatorStmt": "alter operator",
    "AlterOwnerStmt": "alter owner",
    "AlterPolicyStmt": "alter policy",
    "AlterPublicationStmt": "alter publication",
    "AlterRoleSetStmt": "alter role",
    "AlterRoleStmt": "alter role",
    "AlterSeqStmt": "alter sequence",
    "AlterStatsStmt": "alter statistics",
    "AlterTSConfigurationStmt": "alter text search configuration",
    "AlterTSDictionaryStmt": "alter text search dictionary",
    "AlterTableMoveAllStmt": "alter table",
    "AlterTableSpaceOptionsStmt": "alter tablespace",
    "AlterTableStmt": "alter table",
    "AlterTypeStmt": "alter type",
    "AlterUserMappingStmt": "alter user mapping",
    "CommentStmt": "comment",
    "CompositeTypeStmt": "create type",
    "CreateAmStmt": "create access method",
    "CreateCastStmt": "create cast",
    "CreateConversionStmt": "create conversion",
    "CreateDomainStmt": "create domain",
    "CreateEnumStmt": "create type",
    "CreateEventTrigStmt": "create event trigger",
    "CreateFdwStmt": "create foreign data wrapper",
    "CreateForeignServerStmt": "create server",
    "CreateForeignTableStmt": "create foreign table",
    "CreateFunctionStmt": "create function",
    "CreateOpClassStmt": "create operator class",
    "CreateOpFamilyStmt": "create operator family",
    "CreatePLangStmt": "create language",
    "CreatePolicyStmt": "create policy",
    "CreatePublicationStmt": "create publication",
    "CreateRangeStmt": "create type",
    "CreateRoleStmt": "create role",
    "CreateSchemaStmt": "create schema",
    "CreateSeqStmt": "create sequence",
    "CreateStatsStmt": "create statistics",
    "CreateStmt": "create table",
    "CreateTableAsStmt": "create table as",
    "CreateTransformStmt": "create transform",
    "CreateTrigStmt": "create trigger",
    "CreateUserMappingStmt": "create user mapping",
    "DefineStmt": "create",
    "DropOwnedStmt": "drop owned",
    "DropRoleStmt": "drop role",
    "DropStmt": "drop",
    "DropUserMappingStmt": "drop user mapping",
    "GrantRoleStmt": "grant role",
    "GrantStmt": "grant",
    "IndexStmt": "create index",
    "ReassignOwnedStmt": "reassign owned",
    "RenameStmt": "rename",
    "RuleStmt": "create rule",
    "SecLabelStmt": "security label",
    "ViewStmt": "create view",
}

_PUBLISHER = "rows of a publisher"
_SCRIPT = "the script of an extension"
_SPECIAL = {
    "DoStmt": Kind("do", opaque="a DO block", may_commit=True),
    "CallStmt": Kind("call", opaque="a procedure", may_commit=True),
    "FetchStmt": Kind("fetch", opaque="a cursor"),
    "LoadStmt": Kind("load", opaque="a library", unwatchable="runs code of a library"),
    "CreateExtensionStmt": Kind("create extension", ddl=True, opaque=_SCRIPT),
    "AlterExtensionStmt": Kind("alter extension", ddl=True, opaque=_SCRIPT),
    "CreateSubscriptionStmt": Kind(
        "create subscription", ddl=True, opaque=_PUBLISHER, unwatchable=CONNECTS
    ),
    "AlterSubscriptionStmt": Kind(
        "alter subscription", ddl=True, opaque=_PUBLISHER, unwatchable=CONNECTS
    ),
    "DropSubscriptionStmt": Kind("drop subscription", ddl=True, unwatchable=CONNECTS),
    "ImportForeignSchemaStmt": Kind("import foreign schema", ddl=True, unwatchable=CONNECTS),
    "AlterSystemStmt": Kind("alter system", unwatchable=NO_BLOCK),
    "CreatedbStmt": Kind("create database", ddl=True, unwatchable=NO_BLOCK),
    "DropdbStmt": Kind("drop database", ddl=True, unwatchable=NO_BLOCK),
    "CreateTableSpaceStmt": Kind("create tablespace", ddl=True, unwatchable=NO_BLOCK),
    "DropTableSpaceStmt": Kind("drop tablespace", ddl=True, unwatchable=NO_BLOCK),
}

KINDS: dict[str, Kind] = (
    {node: Kind(verb) for node, verb in _PLAIN.items()}
    | {node: Kind(verb, ddl=True) for node, verb in _DDL.items()}
    | _SPECIAL
)

_TRANSACTION: dict[str, tuple[str, Act | None]] = {
    "BEGIN": ("begin", Act.BEGIN),
    "START": ("begin", Act.BEGIN),
    "COMMIT": ("commit", Act.COMMIT),
    "ROLLBACK": ("rollback", Act.ROLLBACK),
    "SAVEPOINT": ("savepoint", Act.SAVEPOINT),
    "RELEASE": ("release", Act.RELEASE),
    "ROLLBACK_TO": ("rollback to", Act.ROLLBACK_TO),
    "PREPARE": ("prepare transaction", Act.PREPARE),
    "COMMIT_PREPARED": ("commit prepared", None),
    "ROLLBACK_PREPARED": ("rollback prepared", None),
}


def kind_of(root: Node) -> Kind:
    """Return the kind of a statement, in EXPLAIN and PREPARE not that of the inner one."""
    kind = KINDS.get(root.kind)
    return Kind(root.kind, opaque="a statement unknown to pgtoll") if kind is None else kind


def verb_of(root: Node) -> str:
    """Return the verb, with the object's kind where one node type serves many kinds."""
    refine = _VERBS.get(root.kind)
    return kind_of(root).verb if refine is None else refine(root)


def act_of(root: Node) -> Act | None:
    """Return what a statement does to the transaction."""
    return _transaction(root)[1] if root.kind == "TransactionStmt" else None


def unwatchable(root: Node) -> str:
    """Return why no check can run behind this statement in its transaction, "" if one can."""
    look = _UNWATCHABLE.get(root.kind)
    return kind_of(root).unwatchable if look is None else look(root)


def settings_of(root: Node) -> tuple[str, ...]:
    """Return the parameters that a SET, RESET or DISCARD changes."""
    if root.kind == "DiscardStmt":
        return ("all",) if root.text("target") == "DISCARD_ALL" else ()
    if root.kind != "VariableSetStmt":
        return ()
    if root.text("kind") == "VAR_RESET_ALL":
        return ("all",)
    if root.text("kind") == "VAR_SET_MULTI":  # SET TRANSACTION, SET SESSION CHARACTERISTICS
        return tuple(argument.text("defname") for argument in root.nodes("args"))
    return (root.text("name").lower(),)


def user_named_by(root: Node) -> str | None:
    """Return whom a SET pgtoll.user names; None when no constant in it says."""
    if root.kind != "VariableSetStmt" or root.text("name").lower() != LICENSE_USER:
        return None
    match [value.node("sval") for value in root.nodes("args") if value.kind == "A_Const"]:
        case [Node() as name] if len(root.nodes("args")) == 1:
            return name.text("sval")
    return None


def holds(root: Node) -> bool:
    """Tell whether a statement declares a cursor that outlives its transaction."""
    return root.kind == "DeclareCursorStmt" and bool(root.number("options") & _HOLD)


def _transaction(root: Node) -> tuple[str, Act | None]:
    return _TRANSACTION[root.text("kind").removeprefix("TRANS_STMT_")]


def _object_words(kind: str) -> str:
    words = kind.removeprefix("OBJECT_").replace("MATVIEW", "MATERIALIZED_VIEW")
    return words.replace("_", " ").lower()


def _has_option(root: Node, field: str, name: str) -> bool:
    return any(option.text("defname") == name for option in root.nodes(field))


def _copies_outside(root: Node) -> str:
    if root.has("is_program"):
        return "runs a program on the server"
    return "writes a file on the server" if root.has("filename") and not root.has("is_from") else ""


def _reindexes_outside(root: Node) -> str:
    if _has_option(root, "params", "concurrently"):
        return CONCURRENTLY
    one = root.text("kind") in ("REINDEX_OBJECT_INDEX", "REINDEX_OBJECT_TABLE")
    return "" if one else NO_BLOCK


def _detaches(root: Node) -> str:
    parts = [part for command in root.nodes("cmds") for part in command.nodes("def")]
    return CONCURRENTLY if any(part.has("concurrent") for part in parts) else ""


def _mentions_values(root: Node) -> str:
    """Return why a DO block cannot be watched: what it reads in a part that it rolls back."""
    texts = [text.text("sval") for option in root.nodes("args") for text in option.nodes("arg")]
    words = frozenset(_WORD.findall(" ".join(texts).lower()))
    for name in sorted(words & (VALUE_HOLDERS - {ACTIVITY})):
        return f"mentions {name}, which shows values without touching their tables"
    return ""


def block_text(root: Node) -> str | None:
    """Return the text of a DO block in PL/pgSQL, None for another language."""
    options = {option.text("defname"): option.nodes("arg") for option in root.nodes("args")}
    plain = all(len(nodes) == 1 for nodes in options.values())
    if not plain or len(options) != len(root.nodes("args")) or "as" not in options:
        return None
    words = {name: nodes[0].text("sval") for name, nodes in options.items()}
    return words["as"] if words.get("language", PLPGSQL) == PLPGSQL else None


def code_text(root: Node) -> tuple[str, str]:
    """Return the language and the text of what is still to be read of a statement, else ""."""
    if root.kind == "CreateFunctionStmt":
        return function_text(root)
    return "", (block_text(root) or "" if root.kind == "DoStmt" else "")


def function_text(root: Node) -> tuple[str, str]:
    """Return the language and the text of the body of a function that is made, "" for a text that
    is none, or depends on the function's own settings."""
    options: dict[str, list[Node]] = {}
    for option in root.nodes("options"):
        options.setdefault(option.text("defname"), []).extend(option.nodes("arg"))
    texts = [text for held in options.get("as", ()) for text in _strings(held)]
    languages = [one.text("sval") for one in options.get("language", ())]
    settings = {one.text("name").lower() for one in options.get("set", ())}
    if len(texts) != 1 or not TEXT_SETTINGS.isdisjoint(settings):
        return "", ""
    return (languages or ["sql"])[0].lower(), texts[0]


def _strings(held: Node) -> list[str]:
    return held.strings("items") if held.kind == "List" else [held.text("sval")]


def _transaction_outside(root: Node) -> str:
    return NO_BLOCK if root.text("kind").endswith("_PREPARED") else ""


_VERBS: dict[str, Callable[[Node], str]] = {
    "TransactionStmt": lambda root: _transaction(root)[0],
    "SelectStmt": lambda root: "select into" if root.has("intoClause") else "select",
    "VariableSetStmt": lambda root: "reset" if "RESET" in root.text("kind") else "set",
    "FetchStmt": lambda root: "move" if root.has("ismove") else "fetch",
    "VacuumStmt": lambda root: "vacuum" if root.has("is_vacuumcmd") else "analyze",
    "GrantStmt": lambda root: "grant" if root.has("is_grant") else "revoke",
    "GrantRoleStmt": lambda root: "grant role" if root.has("is_grant") else "revoke role",
    "DropStmt": lambda root: "drop " + _object_words(root.text("removeType")),
    "DefineStmt": lambda root: "create " + _object_words(root.text("kind")),
    "AlterTableStmt": lambda root: "alter " + _object_words(root.text("objtype")),
    "CreateFunctionStmt": lambda root: (
        "create procedure" if root.has("is_procedure") else "create function"
    ),
    "CreateTableAsStmt": lambda root: (
        "create materialized view"
        if root.text("objtype") == "OBJECT_MATVIEW"
        else "create table as"
    ),
}

_UNWATCHABLE: dict[str, Callable[[Node], str]] = {
    "CopyStmt": _copies_outside,
    "DoStmt": _mentions_values,
    "VacuumStmt": lambda root: NO_BLOCK if root.has("is_vacuumcmd") else "",
    "ClusterStmt": lambda root: "" if root.has("relation") else NO_BLOCK,
    "ReindexStmt": _reindexes_outside,
    "IndexStmt": lambda root: CONCURRENTLY if root.has("concurrent") else "",
    "DropStmt": lambda root: CONCURRENTLY if root.has("concurrent") else "",
    "AlterTableStmt": _detaches,
    "TransactionStmt": _transaction_outside,
    "DiscardStmt": lambda root: NO_BLOCK if root.text("target") == "DISCARD_ALL" else "",
    "AlterDatabaseStmt": lambda root: (
        NO_BLOCK if _has_option(root, "options", "tablespace") else ""
    ),
}
