"""What the kind of a statement says of its errors: what may have run, and where they may point."""

from pgtoll_policy.grammar import Node
from pgtoll_policy.kinds import KINDS

# Commands for which nothing is evaluated but the constants in them: no expression, and not what
# the indexes, defaults, checks or keys of partitions of a table have to be worked out for.
_BARE = frozenset(
    {
        "AlterDefaultPrivilegesStmt", "AlterEnumStmt", "AlterFunctionStmt", "AlterObjectSchemaStmt",
        "AlterOwnerStmt", "AlterRoleSetStmt", "AlterRoleStmt", "CommentStmt", "CompositeTypeStmt",
        "CreateCastStmt", "CreateDomainStmt", "CreateEnumStmt", "CreateFunctionStmt",
        "CreatePolicyStmt", "CreateRangeStmt", "CreateRoleStmt", "CreateSeqStmt", "DropOwnedStmt",
        "DropRoleStmt", "DropStmt", "GrantRoleStmt", "GrantStmt", "LockStmt", "ReassignOwnedStmt",
        "RuleStmt",
    }
)  # fmt: skip
# What may be defined so, and get another name. A trigger's new name goes to the partitions, too.
_BARE_KINDS = {
    "DefineStmt": frozenset({"OBJECT_OPERATOR", "OBJECT_COLLATION", "OBJECT_TYPE"}),
    "RenameStmt": frozenset(
        {
            "OBJECT_AGGREGATE", "OBJECT_COLLATION", "OBJECT_DOMAIN", "OBJECT_DOMCONSTRAINT",
            "OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROLE", "OBJECT_ROUTINE",
            "OBJECT_SCHEMA", "OBJECT_TYPE",
        }
    ),
}  # fmt: skip
_KIND_FIELD = {"DefineStmt": "kind", "RenameStmt": "renameType"}
# To check a function in one of these, the server runs nothing in it; some others do, as it is read.
_CHECKED_UNRUN = frozenset({"sql", "plpgsql", "c", "internal"})

_OF_OTHER_TEXTS = frozenset(
    {"FetchStmt", "ExecuteStmt", "CreateExtensionStmt", "AlterExtensionStmt"}
    | {"ImportForeignSchemaStmt"}
)
_OF_ONE_TEXT = frozenset({"AT_AddColumn", "AT_AddConstraint", "AT_ColumnDefault", "AT_DropColumn"})


def is_bare(root: Node) -> bool:
    """Tell whether nothing is evaluated for a command, nor any row read."""
    if root.kind == "AlterTableStmt":
        return all(one.text("subtype") == "AT_ChangeOwner" for one in root.nodes("cmds"))
    if kinds := _BARE_KINDS.get(root.kind):
        return root.text(_KIND_FIELD[root.kind]) in kinds
    return root.kind in _BARE and _language(root) in _CHECKED_UNRUN


def _language(root: Node) -> str:
    """Return the language of a function that is made; without a word on it, and else, SQL."""
    options = root.nodes("options") if root.kind == "CreateFunctionStmt" else []
    named = (one.node("arg") for one in options if one.text("defname") == "language")
    return next((arg.text("sval") for arg in named if arg is not None), "sql")


def parses_elsewhere(root: Node) -> bool:
    """Tell whether the server may parse other texts for a statement than its own.

    A change of a column's type has indexes and constraints written out and parsed anew.
    """
    if root.kind == "AlterTableStmt":
        return not all(one.text("subtype") in _OF_ONE_TEXT for one in root.nodes("cmds"))
    return root.kind in _OF_OTHER_TEXTS or root.kind not in KINDS
