"""Names in a statement that stand for code: functions, operators, types, columns that call."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from pgtoll_policy.concerns import Concern, builtin_concern, gravest, trap_concern
from pgtoll_policy.facts import Name
from pgtoll_policy.routines import Routine
from pgtoll_policy.rows import CatalogRows

T = TypeVar("T")


def schema_matches(written: str, schema: str, *, temporary: bool) -> bool:
    """Tell whether a schema as written, or none, may mean this one."""
    if written == "pg_temp":
        return temporary
    return not written or written == schema


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What each name may run. Names of PostgreSQL's own that are harmless are in none of these."""

    routines: Mapping[str, tuple[Routine, ...]]
    operators: Mapping[str, Concern]
    types: Mapping[str, tuple[tuple[str, Concern], ...]]  # schema, concern
    columns: Mapping[str, Concern]

    def of_function(self, name: Name) -> Concern | None:
        """Return what speaks against calling a function. One without a schema is never temporary:
        the server does not look for functions there."""
        routines = [
            routine
            for routine in self.routines.get(name.name, ())
            if schema_matches(name.schema, routine.schema, temporary=routine.temporary)
            and not (routine.temporary and not name.schema)
        ]
        concerns = [routine.concern for routine in routines if routine.concern]
        if name.schema in ("", "pg_catalog"):
            own = trap_concern(name.name) if routines else builtin_concern(name.name)
        else:
            own = None if routines else Concern(f'function "{name}" is not known', runs_text=True)
        return gravest([*concerns, own] if own else concerns)

    def of_operator(self, name: str) -> Concern | None:
        """Return what speaks against an operator, of whatever types."""
        return self.operators.get(name)

    def of_column(self, name: str) -> Concern | None:
        """Return what speaks against x.name, which may mean name(x)."""
        return self.columns.get(name) or trap_concern(name)

    def of_type(self, name: Name) -> Concern | None:
        """Return what speaks against making a value of a type."""
        named = self.types.get(name.name, ())
        return gravest(
            concern
            for schema, concern in named
            if schema_matches(name.schema, schema, temporary=schema.startswith("pg_temp_"))
        )


def function_concerns(rows: CatalogRows, routines: Mapping[int, Routine]) -> dict[int, Concern]:
    """Return what speaks against each function, by its oid; of the harmless there is nothing."""
    own = {row.oid: concern for row in rows.builtins if (concern := builtin_concern(row.name))}
    return own | {oid: one.concern for oid, one in routines.items() if one.concern}


def index_vocabulary(
    rows: CatalogRows, routines: Mapping[int, Routine], concerns: Mapping[int, Concern]
) -> Vocabulary:
    """Return the vocabulary of a database whose functions have been judged."""
    operators = [
        (row.name, through(concerns[row.function], f"operator {row.name}"))
        for row in rows.operators
        if row.function in concerns
    ]
    types = [
        (row.name, (row.schema, through(concerns[row.function], f'type "{row.name}"')))
        for row in rows.types
        if row.function in concerns
    ]
    calls = [
        (one.name, through(one.concern, f'"{one.name}" after a dot'))
        for one in routines.values()
        if one.concern and one.arguments == 1
    ]
    casts = [(name, concern) for name, (_, concern) in types]
    return Vocabulary(
        routines=_group((one.name, one) for one in routines.values()),
        operators=_gravest_by_name(operators),
        types=_group(types),
        columns=_gravest_by_name([*calls, *casts]),
    )


def through(concern: Concern, what: str) -> Concern:
    """Return the concern about a function as one about what runs it."""
    if not concern.function:
        return replace(concern, opaque=f"{what} is used: {concern.opaque}")
    return replace(concern, opaque=f'{what} may run function "{concern.function}"')


def _group(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    groups: dict[str, tuple[T, ...]] = {}
    for name, one in pairs:
        groups[name] = (*groups.get(name, ()), one)
    return groups


def _gravest_by_name(pairs: Iterable[tuple[str, Concern]]) -> dict[str, Concern]:
    found: dict[str, Concern] = {}
    for name, concern in pairs:
        both = [found[name], concern] if name in found else [concern]
        found[name] = gravest(both) or concern
    return found
