"""Walk the tree of one statement and collect the names in it, each under the role it has.

The walk keeps its own stack: the depth of a text costs memory, never Python's recursion.
"""

from __future__ import annotations

from collections.abc import Callable

from pgtoll_policy.facts import ANY_SETTING, Name
from pgtoll_policy.functions import SET_VALUE, TOLD_SEQUENCES
from pgtoll_policy.grammar import Node
from pgtoll_policy.identifiers import fold, qualified, written_name
from pgtoll_policy.libpg_query import FIELDS
from pgtoll_policy.scope import NOWHERE, Scope

# What is grammar in newer servers is a function to older ones, and may be anybody's: PostgreSQL 15
# knows none of the SQL/JSON functions, 16 only the constructors.
CALLS = {
    "JsonParseExpr": "json",
    "JsonScalarExpr": "json_scalar",
    "JsonSerializeExpr": "json_serialize",
    "JsonObjectConstructor": "json_object",
    "JsonArrayConstructor": "json_array",
    "JsonArrayAgg": "json_arrayagg",
    "MergeSupportFunc": "merge_action",
    "JSON_EXISTS_OP": "json_exists",
    "JSON_QUERY_OP": "json_query",
    "JSON_VALUE_OP": "json_value",
}
# The last field of what these objects are called by is the object's own name, inside a relation.
INSIDE_RELATION = frozenset(
    {"OBJECT_COLUMN", "OBJECT_TABCONSTRAINT", "OBJECT_TRIGGER", "OBJECT_RULE", "OBJECT_POLICY"}
)
RELATIONS = frozenset(
    {
        "OBJECT_TABLE",
        "OBJECT_VIEW",
        "OBJECT_MATVIEW",
        "OBJECT_INDEX",
        "OBJECT_SEQUENCE",
        "OBJECT_FOREIGN_TABLE",
    }
)
CODE = frozenset({"OBJECT_FUNCTION", "OBJECT_ROUTINE", "OBJECT_PROCEDURE", "OBJECT_AGGREGATE"})
# json_object(a, b), which older servers look for in every schema of the search path.
LEGACY_JSON_OBJECT = Name("pg_catalog", "json_object")
BETWEEN = {
    "BETWEEN": ("<=", ">="),
    "NOT BETWEEN": ("<", ">"),
    "BETWEEN SYMMETRIC": ("<=", ">="),
    "NOT BETWEEN SYMMETRIC": ("<", ">"),
}


class Walk:
    """What has been found so far, and the nodes still to be looked at."""

    def __init__(self) -> None:
        self.reads: set[Name] = set()
        self.writes: set[Name] = set()
        self.inserts: set[Name] = set()
        self.updates: set[Name] = set()
        self.deletes: set[Name] = set()
        self.truncates: set[Name] = set()
        self.empties: set[Name] = set()
        self.functions: set[Name] = set()
        self.told: set[Name] = set()  # those of sequences where a constant tells of which
        self.untold: set[Name] = set()  # and where none does
        self.operators: set[str] = set()
        self.types: set[Name] = set()
        self.columns: set[str] = set()
        self.others: set[Name] = set()
        self.only: set[Name] = set()  # named with ONLY
        self.whole: set[Name] = set()  # and without
        self.makes: set[Name] = set()
        self.keeps = False
        self.settings: list[str] = []
        self.probes = False
        self.opaque = ""
        self.ddl = False
        self.executes: str | None = None
        self.by_constants = False  # something here was read from a constant, or could have been
        self._pending: list[tuple[Node, Scope, bool]] = []

    def run(self, root: Node) -> None:
        """Collect everything below and including a node. Raises UnknownNode."""
        pending = self._pending
        pending.append((root, NOWHERE, False))
        while pending:
            node, scope, querying = pending.pop()
            visit = _VISITS.get(node.kind)
            if visit is None:
                self._push(node.children(), scope, querying=querying)
            else:
                visit(self, node, scope, querying)

    def _push(self, nodes: list[Node], scope: Scope, *, querying: bool) -> None:
        for node in reversed(nodes):
            self._pending.append((node, scope, querying))

    # Queries

    def _range_var(self, node: Node, scope: Scope, querying: bool) -> None:
        if not querying:
            self.others.add(_relation(node))
        elif node.has("schemaname") or not scope.sees(node.text("relname")):
            self._look(node)

    def _look(self, node: Node) -> None:
        name = _relation(node)
        self.reads.add(name)
        (self.whole if node.has("inh") else self.only).add(name)

    def _select(self, node: Node, scope: Scope, querying: bool) -> None:
        scope = self._with(node, scope)
        # FOR UPDATE OF names what FROM has brought in already, by its alias.
        self._push(node.children("withClause", "lockingClause"), scope, querying=True)

    def _insert(self, node: Node, scope: Scope, querying: bool) -> None:
        conflict = node.node("onConflictClause")
        if conflict is not None and conflict.text("action") == "ONCONFLICT_UPDATE":
            self.updates.update(map(_relation, node.nodes("relation")))
        self._target(node, inserts=True, reads=False)
        self._push(node.children("relation", "withClause"), self._with(node, scope), querying=True)

    def _update(self, node: Node, scope: Scope, querying: bool) -> None:
        self.updates.update(map(_relation, node.nodes("relation")))
        self._target(node, inserts=False, reads=True)
        self._push(node.children("relation", "withClause"), self._with(node, scope), querying=True)

    def _delete(self, node: Node, scope: Scope, querying: bool) -> None:
        self.deletes.update(map(_relation, node.nodes("relation")))
        self._target(node, inserts=False, reads=True)
        self._push(node.children("relation", "withClause"), self._with(node, scope), querying=True)

    def _merge(self, node: Node, scope: Scope, querying: bool) -> None:
        does = {when.text("commandType") for when in node.nodes("mergeWhenClauses")}
        if "CMD_UPDATE" in does:
            self.updates.update(map(_relation, node.nodes("relation")))
        if "CMD_DELETE" in does:
            self.deletes.update(map(_relation, node.nodes("relation")))
        self._target(node, inserts="CMD_INSERT" in does, reads=True)
        self._push(node.children("relation", "withClause"), self._with(node, scope), querying=True)

    def _with(self, node: Node, scope: Scope) -> Scope:
        clause = node.node("withClause")
        if clause is None:
            return scope
        queries = clause.nodes("ctes")
        names = [query.text("ctename") for query in queries]
        scopes, everything = scope.within(names, recursive=clause.has("recursive"))
        for query, inner in zip(queries, scopes, strict=True):
            self._push(query.children(), inner, querying=True)
        return everything

    def _target(self, node: Node, *, inserts: bool, reads: bool, field: str = "relation") -> None:
        for relation in node.nodes(field):
            name = _relation(relation)
            self.writes.add(name)
            (self.whole if relation.has("inh") else self.only).add(name)
            if inserts:
                self.inserts.add(name)
            if reads:
                self.reads.add(name)

    def _sampled(self, node: Node, scope: Scope, querying: bool) -> None:
        self.functions.add(qualified(node.strings("method")))
        self._push(node.children("method"), scope, querying=querying)

    # Expressions

    def _function(self, node: Node, scope: Scope, querying: bool) -> None:
        name = qualified(node.strings("funcname"))
        self.functions.add(name)
        if name == LEGACY_JSON_OBJECT:
            self.functions.add(Name("", name.name))
        first = node.node("args")
        if name.name == "set_config":
            self.by_constants = True
            constant = None if first is None else _constant(first)
            self.settings.append(ANY_SETTING if constant is None else fold(constant))
        elif first is not None and name.name in ("regclass", SET_VALUE):  # for 't'::regclass
            self._named_by_constant("regclass", first)
        if name.name in TOLD_SEQUENCES and name.schema in ("", "pg_catalog"):
            (self.told if self._tells_sequence(first) else self.untold).add(name)
        self._push(node.children("funcname"), scope, querying=querying)

    def _tells_sequence(self, first: Node | None) -> bool:
        """Tell whether the first argument of a call is a constant that names a relation."""
        if first is not None and first.kind == "TypeCast":
            types = [qualified(one.strings("names")) for one in first.nodes("typeName")]
            first = first.node("arg") if types[0] in _REGCLASS else None
        told = first is not None and written_name(_constant(first) or "") is not None
        if first is not None and told:
            self._named_by_constant("regclass", first)
        return told

    def _built_in(self, node: Node, scope: Scope, querying: bool) -> None:
        self.functions.add(Name("", CALLS.get(node.kind) or CALLS[node.text("op")]))
        self._push(node.children(), scope, querying=querying)

    def _operator(self, node: Node, scope: Scope, querying: bool) -> None:
        name = (node.strings("name") or ["="])[-1]
        self.operators.update(BETWEEN.get(name, (name,)))
        self._push(node.children("name"), scope, querying=querying)

    def _subquery(self, node: Node, scope: Scope, querying: bool) -> None:
        if node.node("testexpr") is not None:
            self.operators.add((node.strings("operName") or ["="])[-1])
        self._push(node.children("operName"), scope, querying=querying)

    def _sorted(self, node: Node, scope: Scope, querying: bool) -> None:
        self.operators.update(node.strings("useOp")[-1:])
        self._push(node.children("useOp"), scope, querying=querying)

    def _compared(self, node: Node, scope: Scope, querying: bool) -> None:
        # CASE x WHEN, JOIN USING and NATURAL JOIN look up "=" by its name.
        if node.has("isNatural") or node.has("usingClause") or node.kind == "CaseExpr":
            self.operators.add("=")
        self._push(node.children("usingClause"), scope, querying=querying)

    def _cast(self, node: Node, scope: Scope, querying: bool) -> None:
        for type_name in node.nodes("typeName"):
            for arg in node.nodes("arg"):
                self._named_by_constant(qualified(type_name.strings("names")).name, arg)
        self._push(node.children(), scope, querying=querying)

    def _named_by_constant(self, type_name: str, arg: Node) -> None:
        if type_name == "regclass" and arg.kind in ("A_Const", "ParamRef"):
            self.by_constants = True
            name = written_name(_constant(arg) or "")
            if name is not None:
                self.others.add(name)

    def _type(self, node: Node, scope: Scope, querying: bool) -> None:
        parts = node.strings("names")
        if node.has("pct_type"):  # relation.column%TYPE
            self.others.add(qualified(parts[:-1]))
        else:
            self.types.add(qualified(parts))
        self._push(node.children("names"), scope, querying=querying)

    def _column(self, node: Node, scope: Scope, querying: bool) -> None:
        fields = node.nodes("fields")
        if len(fields) > 1 and fields[-1].kind == "String":
            self.columns.add(fields[-1].text("sval"))

    def _indirection(self, node: Node, scope: Scope, querying: bool) -> None:
        self.columns.update(node.strings("indirection"))
        self._push(node.children(), scope, querying=querying)

    # Utility statements

    def _into(self, node: Node, scope: Scope, querying: bool) -> None:
        self.ddl = True
        self._target(node, inserts=True, reads=False, field="rel")
        self._push(node.children("rel"), scope, querying=querying)

    def _copy(self, node: Node, scope: Scope, querying: bool) -> None:
        if node.has("is_from"):
            self._target(node, inserts=True, reads=False)
        else:
            for relation in node.nodes("relation"):
                self._look(relation)
        if node.has("filename") or node.has("is_program"):
            self.opaque = "a file or a program of the server"
        self._push(node.children("relation"), scope, querying=True)

    def _truncate(self, node: Node, scope: Scope, querying: bool) -> None:
        self._target(node, inserts=False, reads=False, field="relations")
        self.truncates.update(map(_relation, node.nodes("relations")))
        if node.text("behavior") == "DROP_CASCADE":
            self.empties.update(map(_relation, node.nodes("relations")))

    def _refresh(self, node: Node, scope: Scope, querying: bool) -> None:
        self.opaque = "the query of a materialized view"
        self._target(node, inserts=True, reads=False)

    def _alter_table(self, node: Node, scope: Scope, querying: bool) -> None:
        commands = node.nodes("cmds")
        does = {command.text("subtype") for command in commands}
        if "AT_EnableRowSecurity" in does and len(commands) > 1:
            self.opaque = "policies that it puts in force"  # which hold for the rest of it
        self._push(node.children(), scope, querying=querying)

    def _trigger(self, node: Node, scope: Scope, querying: bool) -> None:
        self.functions.add(qualified(node.strings("funcname")))
        self._push(node.children("funcname"), scope, querying=querying)

    def _objects(self, node: Node, scope: Scope, querying: bool) -> None:
        kind = node.text("objtype") or node.text("removeType")
        for held in node.nodes("object") + node.nodes("objects"):
            parts = held.strings("items") if held.kind == "List" else []
            if kind in INSIDE_RELATION:
                parts = parts[:-1]
            if parts and (kind in RELATIONS or kind in INSIDE_RELATION):
                self.others.add(qualified(parts))
        self._push(node.children(), scope, querying=querying)

    def _option(self, node: Node, scope: Scope, querying: bool) -> None:
        if node.text("defname") == "owned_by":  # a column, such as public.t.id, or NONE
            for owner in node.nodes("arg"):
                if len(parts := owner.strings("items")) > 1:
                    self.others.add(qualified(parts[:-1]))
        self._push(node.children(), scope, querying=querying)

    def _constraints(self, node: Node, scope: Scope, querying: bool) -> None:
        """SET CONSTRAINTS names constraints, in the form of relations."""

    def _kept(self, node: Node, scope: Scope, querying: bool) -> None:
        self.keeps = True
        for option in node.nodes("params"):  # of a range type
            if option.text("defname") == "subtype_diff":
                for function in option.nodes("arg"):
                    self.functions.add(qualified(function.strings("names")))
        self._push(node.children(), scope, querying=querying)

    def _constraint(self, node: Node, scope: Scope, querying: bool) -> None:
        self.keeps |= node.text("contype") == "CONSTR_EXCLUSION"
        self._push(node.children(), scope, querying=querying)

    def _definition(self, node: Node, scope: Scope, querying: bool) -> None:
        self.makes.add(qualified(node.strings("defnames")))
        self._push(node.children(), scope, querying=querying)

    def _cast_made(self, node: Node, scope: Scope, querying: bool) -> None:
        if node.node("func") is not None:
            self.makes.add(Name("", "::"))  # which no text needs to have in it
        self._push(node.children(), scope, querying=querying)

    def _domain(self, node: Node, scope: Scope, querying: bool) -> None:
        if node.nodes("constraints"):  # f('x') means it where there is no f of unknown literals
            self.makes.add(qualified(node.strings("domainname")))
        self._push(node.children(), scope, querying=querying)

    def _renamed(self, node: Node, scope: Scope, querying: bool) -> None:
        if node.text("renameType") in CODE:
            self.makes.add(Name("", node.text("newname")))
        self._push(node.children(), scope, querying=querying)

    def _altered(self, node: Node, scope: Scope, querying: bool) -> None:
        for function in node.nodes("func"):
            self.makes.add(qualified(function.strings("objname")))
        self._push(node.children(), scope, querying=querying)

    def _moved(self, node: Node, scope: Scope, querying: bool) -> None:
        if node.text("objectType") in CODE:
            for held in node.nodes("object"):
                self.makes.add(qualified(held.strings("objname")))
        self._push(node.children(), scope, querying=querying)

    def _function_body(self, node: Node, scope: Scope, querying: bool) -> None:
        self.makes.add(qualified(node.strings("funcname")))
        if any(option.text("defname") == "as" for option in node.nodes("options")):
            self.opaque = "the body of a function"
        self._push(node.children(), scope, querying=querying)

    def _setting(self, node: Node, scope: Scope, querying: bool) -> None:
        # A name without a dot is one of PostgreSQL's own parameters, or of none. To set one and to
        # reset it is the same whether it is there or not.
        asks = node.kind == "VariableShowStmt" or node.text("kind") == "VAR_SET_CURRENT"
        self.probes |= asks and "." in node.text("name")
        self._push(node.children(), scope, querying=querying)

    def _execute(self, node: Node, scope: Scope, querying: bool) -> None:
        self.opaque = "a prepared statement"
        self.executes = node.text("name")
        self._push(node.children(), scope, querying=querying)


_REGCLASS = frozenset({Name("", "regclass"), Name("pg_catalog", "regclass")})


def _relation(node: Node) -> Name:
    return Name(node.text("schemaname"), node.text("relname"))


def _constant(node: Node) -> str | None:
    """Return the text of a string constant, None for anything else."""
    if node.kind != "A_Const":
        return None
    value = node.node("sval")
    return None if value is None else value.text("sval")


_VISITS: dict[str, Callable[[Walk, Node, Scope, bool], None]] = {
    "RangeVar": Walk._range_var,
    "SelectStmt": Walk._select,
    "InsertStmt": Walk._insert,
    "UpdateStmt": Walk._update,
    "DeleteStmt": Walk._delete,
    "MergeStmt": Walk._merge,
    "RangeTableSample": Walk._sampled,
    "FuncCall": Walk._function,
    "JsonFuncExpr": Walk._built_in,
    **dict.fromkeys((kind for kind in CALLS if kind in FIELDS), Walk._built_in),
    "A_Expr": Walk._operator,
    "SubLink": Walk._subquery,
    "SortBy": Walk._sorted,
    "CaseExpr": Walk._compared,
    "JoinExpr": Walk._compared,
    "TypeCast": Walk._cast,
    "TypeName": Walk._type,
    "ColumnRef": Walk._column,
    "A_Indirection": Walk._indirection,
    "IntoClause": Walk._into,
    "CopyStmt": Walk._copy,
    "TruncateStmt": Walk._truncate,
    "RefreshMatViewStmt": Walk._refresh,
    "AlterTableStmt": Walk._alter_table,
    "CreateTrigStmt": Walk._trigger,
    "CreateEventTrigStmt": Walk._trigger,
    "CommentStmt": Walk._objects,
    "SecLabelStmt": Walk._objects,
    "DropStmt": Walk._objects,
    "AlterExtensionContentsStmt": Walk._objects,
    "DefElem": Walk._option,
    "ConstraintsSetStmt": Walk._constraints,
    "CreateFunctionStmt": Walk._function_body,
    "IndexStmt": Walk._kept,
    "CreateStatsStmt": Walk._kept,
    "CreateRangeStmt": Walk._kept,
    "AlterDomainStmt": Walk._kept,
    "Constraint": Walk._constraint,
    "DefineStmt": Walk._definition,
    "CreateCastStmt": Walk._cast_made,
    "CreateDomainStmt": Walk._domain,
    "RenameStmt": Walk._renamed,
    "AlterFunctionStmt": Walk._altered,
    "AlterObjectSchemaStmt": Walk._moved,
    "ExecuteStmt": Walk._execute,
    "VariableSetStmt": Walk._setting,
    "VariableShowStmt": Walk._setting,
}
