"""The corpus of statements whose relations are known, and how to compare a reading with it."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pgtoll_policy.facts import Name

CORPUS = Path(__file__).parent / "policy" / "corpus" / "statements.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Row:
    """One statement, and what is known of it. Names are written schema.name."""

    source: str
    kind: str
    sql: str
    reads: frozenset[str]
    writes: frozenset[str]
    inserts: frozenset[str]
    others: frozenset[str]
    opaque: frozenset[str]

    @property
    def group(self) -> str:
        """The part of the source that stands for many: app, regress18, adversarial..."""
        return self.source.split("/")[0]


@cache
def rows() -> tuple[Row, ...]:
    """Return the whole corpus."""
    with gzip.open(CORPUS, "rt") as lines:
        return tuple(_row(json.loads(line)) for line in lines)


def sample(every: int) -> tuple[Row, ...]:
    """Return what applications and adversaries wrote, and each n-th row of the rest."""
    return tuple(
        row
        for number, row in enumerate(rows())
        if row.group in ("app", "adversarial") or number % every == 0
    )


def written(names: Iterable[Name]) -> frozenset[str]:
    """Return names as the corpus writes them."""
    return frozenset(map(str, names))


def _row(fields: dict[str, str | list[str]]) -> Row:
    return Row(
        source=str(fields["source"]),
        kind=str(fields["kind"]),
        sql=str(fields["sql"]),
        reads=_names(fields.get("reads")),
        writes=_names(fields.get("writes")),
        inserts=_names(fields.get("inserts")),
        others=_names(fields.get("ddl")),
        opaque=frozenset(fields.get("opaque", ())),
    )


def _names(names: str | list[str] | None) -> frozenset[str]:
    """Return names as `Name` writes them: without quotes, without the database."""
    plain = (name[1:-1].replace('""', '"') if name[:1] == '"' else name for name in names or ())
    return frozenset(name.removeprefix("db.") for name in plain)
