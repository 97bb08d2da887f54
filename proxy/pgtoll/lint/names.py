"""Names: what a product names and nobody has, what nobody names, and what two products name."""

from collections.abc import Iterable, Iterator, Mapping

from pgtoll.doctor.findings import Finding, Severity, Where
from pgtoll.lint.ground import Ground
from pgtoll.office.tables import Table
from pgtoll_policy.admission import collisions
from pgtoll_policy.documents import BASE, License, Product
from pgtoll_policy.naming import is_system_schema
from pgtoll_policy.objects import ObjectPattern, fold, parse_object

MOST_NAMED = 8  # tables that one finding tells of
_MEANT = frozenset("rpvmf")  # kinds of relations that a vendor may mean


def judge_names(ground: Ground) -> Iterator[Finding]:
    """Yield what there is to say of the names in products."""
    yield from _nameless(ground)
    yield from _unclaimed(ground)
    yield from _colliding(ground)
    yield from _shared_tables(ground)
    yield from _shared_operations(ground)


def _addons(ground: Ground) -> list[Product]:
    products = ground.held.policy.products
    return [products[code] for code in sorted(products) if code != BASE]


# What a product names and nobody has


def _nameless(ground: Ground) -> Iterator[Finding]:
    met = _met(ground)
    for product in _addons(ground):
        for text in product.objects:
            if text not in met.get(product.code, ()):
                yield Finding(
                    "name-without-table",
                    Severity.WARNING,
                    f"{text} of product {ground.title(product.code)} names no table here",
                    "Either the vendor has misspelt it, and what was meant is not licensed, or the"
                    " product's tables are not installed in this database.",
                    ("compare with the tables that are there: psql -c '\\dt *.*'",),
                    Where.SHELL,
                )


def _met(ground: Ground) -> Mapping[str, set[str]]:
    """Return the lines of each product's index that some relation has the name of."""
    lines: dict[str, list[tuple[str, ObjectPattern]]] = {
        one.code: [(text, parse_object(text)) for text in one.objects] for one in _addons(ground)
    }
    met: dict[str, set[str]] = {}
    for row in ground.relations:
        if row.kind not in _MEANT or is_system_schema(row.schema):
            continue
        schema, name = fold(row.schema), fold(row.name)
        for code in ground.held.policy.products_of(row.schema, row.name) - {BASE}:
            found = (text for text, pattern in lines[code] if pattern.matches(schema, name))
            met.setdefault(code, set()).update(found)
    return met


# What nobody names


def _unclaimed(ground: Ground) -> Iterator[Finding]:
    """Yield, for each prefix, the tables under it that belong to base."""
    owners: dict[str, Product] = {}
    for product in _addons(ground):
        owners.setdefault(fold(product.prefix), product)
    found: dict[str, list[Table]] = {}
    for table in ground.tables:
        if ground.belongs[table.oid] != {BASE} or table.partition:
            continue
        under = [prefix for prefix in owners if fold(table.name).startswith(prefix)]
        if under:
            found.setdefault(max(under, key=len), []).append(table)
    for prefix, tables in sorted(found.items()):
        shown = owners[prefix].prefix
        yield Finding(
            "table-unclaimed",
            Severity.WARNING,
            f"no product names {_tables(tables)}, under the prefix {shown}",
            f"They belong to base: no license of a product under {shown} controls them.",
            (f"ask the vendor for a product that names them, such as --object '{shown}*'",),
            Where.SHELL,
        )


# What two products name


def _colliding(ground: Ground) -> Iterator[Finding]:
    documents = ground.held.documents.values()
    living = [one for one in documents if not isinstance(one, License) or one.due > ground.now]
    for text in collisions(living, ground.held.policy.place):
        yield Finding(
            "license-collision",
            Severity.PROBLEM,
            text,
            "A server license is for everybody and a personal one for who has a seat: both cannot"
            " be meant. No upload brings this about; somebody has written to the store, or the"
            " setting customer was changed.",
            ("pgtoll license delete --product CODE, of the one that is wrong",),
            Where.SHELL,
        )


def _shared_tables(ground: Ground) -> Iterator[Finding]:
    found: dict[frozenset[str], list[Table]] = {}
    for table in ground.tables:
        products = ground.belongs[table.oid]
        if len(products) > 1 and not table.partition:
            found.setdefault(products, []).append(table)
    for products, tables in sorted(found.items(), key=lambda one: sorted(one[0])):
        yield Finding(
            "named-twice",
            Severity.WARNING,
            f"products {_codes(products)} both own {_tables(tables)}",
            "Who uses such a table needs a license of each of them; while one of them is in demo"
            " mode, its cap counts as well.",
            ("ask the vendor whether that is meant",),
            Where.SHELL,
        )


def _shared_operations(ground: Ground) -> Iterator[Finding]:
    owners: dict[str, list[str]] = {}
    for product in _addons(ground):
        operations = {one.code for one in product.operations}
        for code in operations | {one.code for one in product.components}:
            owners.setdefault(code, []).append(product.code)
    for code, products in sorted(owners.items()):
        if len(products) > 1:
            yield Finding(
                "named-twice",
                Severity.WARNING,
                f"products {_codes(products)} both control operation {code}",
                "Who uses it needs a license of each of them.",
                ("ask the vendor whether that is meant",),
                Where.SHELL,
            )


def _tables(tables: Iterable[Table]) -> str:
    paths = sorted(table.path for table in tables)
    word = "table" if len(paths) == 1 else f"{len(paths):,} tables:"
    return f"{word} {some(paths)}"


def _codes(products: Iterable[str]) -> str:
    return " and ".join(sorted(products))


def some(names: list[str], most: int = MOST_NAMED) -> str:
    """Return names as one clause, the first few of them."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")
