"""A shop's tables, as an application has them: small, so that the server's own work stays small."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from bench.pgbench import USER
from bench.workloads.keeping import exists
from servers import Postgres

ROWS = 400  # of each table: what a run inserts on top, and deletes again, stays below a cap of 1000

Value = int | Decimal | bool | str

_COMMON = "id, created timestamptz, version int"
_TABLES = {
    "country": "code text, name text, currency text, region text, active bool, rank int",
    "department": "name text, floor int, budget numeric, opened date, active bool, phone text",
    "employee": "department_id, name text, email text, salary numeric, hired date, active bool",
    "supplier": "country_id, name text, email text, rating int, discount numeric, active bool",
    "category": "name text, slug text, position int, margin numeric, hidden bool, notes text",
    "product": "category_id, supplier_id, name text, sku text, price numeric, weight numeric,"
    " stock int, active bool",
    "customer": "country_id, name text, email text, city text, credit numeric, born date,"
    " active bool",
    "address": "customer_id, country_id, street text, city text, zip text, main bool, notes text",
    "coupon": "customer_id, code text, percent int, expires date, used bool, notes text",
    "basket": "customer_id, coupon_id, token text, status text, total numeric, updated timestamptz",
    "basketline": "basket_id, product_id, quantity int, price numeric, gift bool, note text",
    "warehouse": "country_id, name text, code text, city text, capacity int, active bool",
    "stock": "warehouse_id, product_id, quantity int, reserved int, shelf text, counted date",
    "orders": "customer_id, coupon_id, number text, status text, total numeric, placed timestamptz,"
    " paid bool",
    "orderline": "orders_id, product_id, quantity int, price numeric, tax numeric, note text",
    "payment": "orders_id, method text, amount numeric, reference text, booked date, failed bool",
    "invoice": "orders_id, number text, amount numeric, due date, sent bool, note text",
    "shipment": "orders_id, warehouse_id, carrier text, tracking text, weight numeric,"
    " shipped timestamptz",
    "review": "product_id, customer_id, stars int, title text, body text, visible bool",
    "ticket": "customer_id, employee_id, subject text, body text, priority int, closed timestamptz",
}

# What stands in row i of a filled table, by the type of the column, and what may be asked for it.
_FILLED = {
    "int": "i % 100",
    "numeric": "(i * 37 % 10000) / 100.0",
    "bool": "i % 3 = 0",
    "text": "'word ' || i % 50",
    "date": "date '2026-01-01' + i % 365",
    "timestamptz": "timestamptz '2026-01-01' + i * interval '1 hour'",
    "key": "1 + i * 13 % {rows}",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `type` is PostgreSQL's, or "key": its table's or another one's."""

    name: str
    type: str

    def value(self, numbers: random.Random) -> Value:
        """Return a value that some rows may have."""
        match self.type:
            case "key":
                return numbers.randint(1, ROWS)
            case "int":
                return numbers.randrange(100)
            case "numeric":
                return Decimal(numbers.randrange(10_000)) / 100
            case "bool":
                return numbers.random() < 0.5
            case "text":
                return f"word {numbers.randrange(50)}"
        day = f"2026-{numbers.randint(1, 12):02}-{numbers.randint(1, 28):02}"
        return day if self.type == "date" else f"{day} {numbers.randrange(24):02}:00:00+00"


@dataclass(frozen=True)
class Table:
    """One table; its first column is its key."""

    name: str
    columns: tuple[Column, ...]

    @cached_property
    def parents(self) -> Mapping[Column, str]:
        """Return the tables that columns refer to."""
        refer = [column for column in self.columns if column.name.endswith("_id")]
        return {column: f"shop_{column.name.removesuffix('_id')}" for column in refer}

    @property
    def definition(self) -> str:
        """Return the statements that make the table, fill it and index it."""
        keys = {column: f"int REFERENCES {parent} (id)" for column, parent in self.parents.items()}
        types = [keys.get(one, "int" if one.type == "key" else one.type) for one in self.columns]
        columns = ", ".join(
            f"{one.name} {type_}" for one, type_ in zip(self.columns, types, strict=True)
        )
        filled = ", ".join(_FILLED[column.type].format(rows=ROWS) for column in self.columns[1:])
        indexes = [f"CREATE INDEX ON {self.name} ({column.name})" for column in self.parents]
        statements = [
            f"CREATE TABLE {self.name} ({columns}, PRIMARY KEY (id)) WITH (fillfactor = 50)",
            f"INSERT INTO {self.name} SELECT i, {filled} FROM generate_series(1, {ROWS}) i",  # noqa: S608
            *indexes,
            f"ALTER TABLE {self.name} OWNER TO {USER}",
            f"ANALYZE {self.name}",
        ]
        return "; ".join(statements)


def _table(name: str, text: str) -> Table:
    found = [column.split() for column in f"{_COMMON}, {text}".split(", ")]
    return Table(f"shop_{name}", tuple(Column(one[0], (one[1:] or ["key"])[0]) for one in found))


TABLES = tuple(_table(name, text) for name, text in _TABLES.items())
BY_NAME = {table.name: table for table in TABLES}


def fill_shop(database: Postgres) -> None:
    """Create the tables and their rows, unless they are there."""
    if not exists(database, TABLES[-1].name):
        database.execute("BEGIN; " + "; ".join(table.definition for table in TABLES) + "; COMMIT")
