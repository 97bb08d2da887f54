"""A database with everything that the console can show: every status, and names of every kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from consoles import Console
from licensing import Licensing, Vendor
from passwords import Person
from proxies import Proxy
from servers import Postgres

LONG = "a_very_long_user_name_that_goes_on_and_on_until_it_is_63_bytes_"
HOSTILE = "<script>alert('x')</script>"
LOGINS = ("alice", "bob", "carol", "dave", "erin", "frank", LONG, HOSTILE)

TABLES = """
    CREATE TABLE mrktinvoice (amount int);
    CREATE TABLE mrktcampaign (name text);
    CREATE TABLE contact (name text);
    CREATE TABLE stckitem AS SELECT generate_series(1, 1000) AS id;
    CREATE TABLE stckmove AS SELECT generate_series(1, 860) AS id;
    CREATE TABLE stckbin AS SELECT generate_series(1, 40) AS id;
    CREATE TABLE stckold AS SELECT generate_series(1, 3000) AS id;
    CREATE TABLE payrslip AS SELECT generate_series(1, 1500) AS id;
"""
REFUSALS = """
    INSERT INTO pgtoll.refusal (at, username, kind, sqlstate, product, schema_name, table_name,
      sql, client)
    VALUES
      (now() - interval '2 min', 'carol', 'refuse', '42501', 'marketing', 'public', 'mrktinvoice',
       E'SELECT *\\nFROM mrktinvoice\\nWHERE amount > 100', '10.0.0.7:51001'),
      (now() - interval '1 min', 'dave', 'cap', '53400', 'stock', 'public', 'stckitem',
       'INSERT INTO stckitem VALUES (1)', '10.0.0.7:51002'),
      (now() - interval '9 s', '<script>alert(1)</script>', 'watch', '42501', 'reporting', '', '',
       'SELECT "<img src=x onerror=alert(1)>" -- ' || chr(8238) || 'gnp', '10.0.0.8:51003')
"""


@dataclass(frozen=True)
class Shop:
    """A console, who may log in to it, and who may not."""

    console: Console
    proxy: Proxy
    licensing: Licensing
    dana: Person
    erin: Person

    @property
    def url(self) -> str:
        return self.console.url


@contextmanager
def stocked(database: Postgres, licensing: Licensing) -> Iterator[None]:
    """Fill a database with schema pgtoll, and make its people, while the context lasts."""
    database.execute(TABLES)
    for name in LOGINS:
        database.execute(f'CREATE ROLE "{name}" LOGIN')
    try:
        _license(licensing, licensing.vendor)
        database.execute(REFUSALS)
        yield
    finally:
        for name in LOGINS:
            database.execute(f'DROP ROLE "{name}"')


def _license(licensing: Licensing, vendor: Vendor) -> None:
    codes = {"stock": "Stck", "payroll": "Payr", "reporting": "Rprt", "archive": "Arch"}
    many = [vendor.product(f"extra{number:03}", f"X{number:03}") for number in range(110)]
    licensing.upload(vendor.product(), *(vendor.product(*pair) for pair in codes.items()), *many)
    day = timedelta(days=1)
    licensing.upload(
        vendor.license("base"),
        vendor.license("marketing", seats=8),
        vendor.license("payroll", seats=3, ends=12 * day),
        vendor.license("reporting", seats=5, ends=-day),
        vendor.license("archive", ends=-day + timedelta(hours=1)),
    )
    licensing.grant("marketing", "alice", "bob", "web user", LONG)
    licensing.grant("payroll", "alice", "carol", "dave")
