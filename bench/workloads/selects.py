"""SELECTs as applications write them; which columns, joins and filters, chance decides."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bench.workloads.filters import Place, condition
from bench.workloads.shop import BY_NAME, TABLES, Column, Table

MOST_COLUMNS = 12
MOST_FILTERS = 4
PAGE = 20  # rows

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Style:
    """How names are written."""

    quoted: bool = False  # every name, as Django does
    labelled: bool = False  # columns of the result get names, as SQLAlchemy gives them
    alias: Callable[[str], str] = str  # what a table or a column is called in this statement

    def name(self, word: str) -> str:
        """Write one name."""
        return f'"{word}"' if self.quoted else word


@dataclass(frozen=True, slots=True)
class Operand:
    """A column of a table of the statement, which may have another name there."""

    table: Table
    alias: str
    column: Column


class Select:
    """Writes one SELECT."""

    def __init__(self, numbers: random.Random, style: Style, place: Place) -> None:
        self._numbers, self._style, self._place = numbers, style, place
        self._tables: dict[str, str] = {}  # those in FROM: name -> alias
        self._from = f"FROM {self._added(self._any(TABLES))}"
        for _ in range(self._any([0, 0, 1, 1, 2, 3])):
            self._join()

    def write(self) -> str:
        """Return the text."""
        kinds = [self._rows, self._distinct, self._grouped, self._counted, self._one]
        (kind,) = self._numbers.choices(kinds, [8, 1, 2, 1, 2])
        return kind()

    # Kinds of statements

    def _rows(self) -> str:
        columns = self._some(self._operands(), MOST_COLUMNS)
        order = ", ".join(map(self._directed, self._some(columns, 2)))
        return f"{self._selected(columns)}{self._where()} ORDER BY {order} LIMIT {PAGE}"

    def _distinct(self) -> str:
        columns = self._listed(self._some(self._operands(), 3))
        return f"SELECT DISTINCT {columns} {self._from}{self._where()} LIMIT {PAGE}"

    def _grouped(self) -> str:
        by = ", ".join(map(self._column, self._some(self._operands(), 2)))
        summed = [each for each in self._operands() if each.column.type in ("int", "numeric")]
        functions = self._numbers.sample(["sum", "avg", "min", "max"], k=2)
        sums = ", ".join(f"{name}({self._column(self._any(summed))})" for name in functions)
        head = f"SELECT {by}, count(*), {sums} {self._from}{self._where()} GROUP BY {by}"
        having = self._any(["", "", f" HAVING count(*) >= {self._numbers.randint(1, 3)}"])
        return f"{head}{having} ORDER BY {by} LIMIT {PAGE}"

    def _counted(self) -> str:
        counted = self._column(self._any(self._operands()))
        return f"SELECT count(*), count(DISTINCT {counted}) {self._from}{self._where()}"

    def _one(self) -> str:
        """All columns of the first table, by its key."""
        name, alias = next(iter(self._tables.items()))
        columns = [Operand(BY_NAME[name], alias, one) for one in BY_NAME[name].columns]
        key = f"{self._column(columns[0])} = {self._place(columns[0].column)}"
        return f"{self._selected(columns)} WHERE {key}{self._where(' AND')}"

    # Their parts

    def _join(self) -> None:
        """Join the parent of a table that is there, or a table whose parent is there."""
        there = self._tables
        ways = [
            (table, column, BY_NAME[parent])
            for table in TABLES
            for column, parent in table.parents.items()
            if (table.name in there) != (parent in there)
        ]
        child, column, parent = self._any(ways)
        added = self._added(parent if child.name in there else child)
        on = [Operand(parent, there[parent.name], parent.columns[0])]
        on.append(Operand(child, there[child.name], column))
        kind = self._any(["JOIN", "INNER JOIN", "LEFT OUTER JOIN"])
        self._from += f" {kind} {added} ON ({' = '.join(map(self._column, on))})"

    def _added(self, table: Table) -> str:
        """Add a table and return how it stands in FROM."""
        name, alias = self._style.name(table.name), self._style.alias(table.name)
        self._tables[table.name] = alias
        return name if alias == table.name else f"{name} AS {self._style.name(alias)}"

    def _where(self, word: str = " WHERE") -> str:
        filters = [self._filter() for _ in range(self._numbers.randint(0, MOST_FILTERS))]
        return f"{word} {' AND '.join(filters)}" if filters else ""

    def _filter(self) -> str:
        kinds = [self._condition, self._either, self._inner]
        (kind,) = self._numbers.choices(kinds, [16, 2, 1])
        return kind()

    def _condition(self) -> str:
        operand = self._any(self._operands())
        return condition(self._column(operand), operand.column, self._place, self._numbers)

    def _either(self) -> str:
        return f"({self._condition()} OR {self._condition()})"

    def _inner(self) -> str:
        """A subquery: what a table refers to, of those that another one has."""
        child = self._any([table for table in TABLES if table.parents])
        referring = self._any(list(child.parents))
        name, inner = self._style.name, self._style.name("u0")
        asked = self._any(child.columns)
        column, what = (f"{inner}.{name(one.name)}" for one in (referring, asked))
        where = condition(what, asked, self._place, self._numbers)
        keys = [each for each in self._operands() if each.column.type in ("key", "int")]
        listed = f"SELECT {column} FROM {name(child.name)} {inner} WHERE {where}"  # noqa: S608
        return f"{self._column(self._any(keys))} IN ({listed})"

    def _operands(self) -> list[Operand]:
        return [
            Operand(BY_NAME[name], alias, column)
            for name, alias in self._tables.items()
            for column in BY_NAME[name].columns
        ]

    def _selected(self, operands: Sequence[Operand]) -> str:
        return f"SELECT {self._listed(operands)} {self._from}"

    def _listed(self, operands: Sequence[Operand]) -> str:
        if not self._style.labelled:
            return ", ".join(map(self._column, operands))
        label, named = self._style.alias, self._style.name
        return ", ".join(
            f"{self._column(one)} AS {named(label(f'{one.alias}_{one.column.name}'))}"
            for one in operands
        )

    def _directed(self, operand: Operand) -> str:
        return f"{self._column(operand)} {self._any(['ASC', 'DESC'])}"

    def _column(self, operand: Operand) -> str:
        return f"{self._style.name(operand.alias)}.{self._style.name(operand.column.name)}"

    def _some(self, found: Sequence[T], most: int) -> list[T]:
        return self._numbers.sample(found, k=self._numbers.randint(1, min(most, len(found))))

    def _any(self, found: Sequence[T]) -> T:
        return self._numbers.choice(found)
