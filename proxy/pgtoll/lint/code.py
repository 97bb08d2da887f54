"""Tables near the cap of demo mode, and functions that statements cannot be seen through."""

import json
from collections.abc import Iterator
from itertools import groupby

from pgtoll.doctor.findings import Finding, Severity, Where
from pgtoll.lint.ground import Ground, Measure, Unread

MOST_TRUSTED = 10  # functions of an extension that are named

_WATCHED = (
    "For who lacks a product, a statement that may lead to it is watched: its replies wait until"
    ' PostgreSQL\'s own account shows that nothing licensed was touched. With unread = "refuse" it'
    " is refused."
)


def judge_tables(ground: Ground, measure: Measure) -> Iterator[Finding]:
    """Yield the tables in demo mode that are full, or nearly."""
    for table in ground.fullest:
        if table.rows is None or table.rows * 100 < table.cap * measure.cap_percent:
            continue
        path, products = f"{table.schema}.{table.table}", " and ".join(table.products)
        held = f"more than {table.cap:,}" if table.over else f"{table.rows:,} of {table.cap:,}"
        yield Finding(
            "table-near-cap",
            Severity.PROBLEM if table.full else Severity.WARNING,
            f"table {path} of product {products}, in demo mode, has {held} rows",
            "It takes no more rows until some are deleted."
            if table.full
            else "When it is full, every insert is refused.",
            ("delete rows, or upload a license of the product",),
            Where.SHELL,
        )


def judge_functions(ground: Ground) -> Iterator[Finding]:
    """Yield the functions whose code is not read; those of an extension together."""
    found = sorted(ground.unread, key=lambda one: (one.extension, one.name))
    for extension, group in groupby(found, key=lambda one: one.extension):
        if extension:
            yield _of_extension(extension, list(group))
        else:
            yield from map(_of_nobody, group)


def _of_nobody(one: Unread) -> Finding:
    return Finding(
        "function-opaque",
        Severity.WARNING,
        f"function {one.name} is not read: {one.reason}",
        _why(one),
        (
            f"trusted_functions = [{_quoted(one.name)}], after you have read what it does",
            "or write it in SQL or PL/pgSQL, without EXECUTE",
        ),
        Where.PGTOLL,
    )


def _of_extension(extension: str, functions: list[Unread]) -> Finding:
    names = [_quoted(one.name) for one in functions[:MOST_TRUSTED]]
    more = [f"… {len(functions) - MOST_TRUSTED:,} more"] if len(functions) > MOST_TRUSTED else []
    count = f"{len(functions):,} function{'' if len(functions) == 1 else 's'}"
    unwatchable = next((one for one in functions if one.unwatchable), functions[0])
    return Finding(
        "function-opaque",
        Severity.WARNING,
        f"{count} of extension {extension} {'is' if len(functions) == 1 else 'are'} not read:"
        f" {functions[0].reason}",
        _why(unwatchable),
        (f"trusted_functions = [{', '.join([*names, *more])}], those that your users need",),
        Where.PGTOLL,
    )


def _why(one: Unread) -> str:
    if one.unwatchable:
        return (
            "Who lacks a product is refused every statement that may lead to it, for it cannot be"
            f" watched: it {one.unwatchable}."
        )
    return _WATCHED


def _quoted(name: str) -> str:
    """Return a name as a configuration file takes it: TOML's basic strings are JSON's."""
    return json.dumps(name, ensure_ascii=False)
