"""Which tables are in demo mode, and how many rows they have."""

from dataclasses import replace

from license_samples import MARKETING, NOW, PERSONAL
from officing import Office, in_office
from servers import Postgres

from pgtoll.office.models import CapsPage, Slice
from pgtoll.office.tables import Table, capped, products_by_table
from pgtoll_policy.documents import BASE_PRODUCT
from pgtoll_policy.policy import compile_policy

POLICY = compile_policy([MARKETING, replace(BASE_PRODUCT, serial=1, exempt=("log*",))], [])


def table(oid: int, name: str, *parents: int, partition: bool = False, pin: str = "") -> Table:
    pins = [pin] if pin else []
    return Table(oid, "public", name, "r", partition, parents, pins, 0.0)


def test_a_table_is_its_names_its_pins_or_its_parents() -> None:
    tables = [
        table(1, "mrktinvoice"),
        table(2, "renamed", pin="marketing"),
        table(3, "child", 1),
        table(4, "contact"),
        table(5, "orphan", 99),
    ]
    found = products_by_table(tables, POLICY)
    assert {oid: sorted(codes) for oid, codes in found.items()} == {
        1: ["marketing"],
        2: ["marketing"],
        3: ["marketing"],
        4: ["base"],
        5: ["base"],
    }


def test_partitions_count_as_their_topmost_table() -> None:
    tables = [
        table(1, "mrktinvoice"),
        table(2, "mrktinvoice_1", 1, partition=True),
        table(3, "mrktchild", 1),
        table(4, "contact"),
        table(5, "mrkt_of_contact", 4, partition=True),
        table(6, "log_of_today"),
    ]
    both, _, exempt = capped(tables, frozenset({"base", "marketing"}), POLICY)
    assert ([one.oid for one in both], exempt) == ([1, 3, 4], 1)
    marketing, _, _ = capped(tables, frozenset({"marketing"}), POLICY)
    assert [one.oid for one in marketing] == [1, 3, 5]


def rows(page: CapsPage) -> dict[str, int | None]:
    return {one.table: one.rows for one in page.tables}


def test_rows_are_counted_up_to_one_over_the_cap(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        office.database.execute(
            "INSERT INTO contact SELECT 'x' FROM generate_series(1, 5000);"
            "INSERT INTO mrktinvoice SELECT generate_series(1, 7);"
            "CREATE TABLE parted (a int) PARTITION BY LIST (a);"
            "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);"
            "INSERT INTO parted SELECT 1 FROM generate_series(1, 1000); ANALYZE;"
            "CREATE TEMP TABLE mrkttemporary ()"
        )
        page = await office.desk.caps(NOW)
        assert rows(page) == {"contact": 1001, "parted": 1000, "mrktinvoice": 7}
        assert [one.table for one in page.tables] == ["contact", "parted", "mrktinvoice"]
        assert (page.total, page.cap, page.exempt) == (3, 1000, 0)
        assert rows(await office.desk.caps(NOW, search="MRKT")) == {"mrktinvoice": 7}
        assert rows(await office.desk.caps(NOW, some=Slice(1, 2))) == {"mrktinvoice": 7}
        await office.buy(1)
        assert rows(await office.desk.caps(NOW)) == {"contact": 1001, "parted": 1000}

    in_office(any_database, story)


def test_a_locked_table_keeps_nobody_waiting(database: Postgres) -> None:
    async def story(office: Office) -> None:
        with office.database.connect(autocommit=False) as other:
            other.execute("LOCK TABLE contact")
            found = rows(await office.desk.caps(NOW))
            other.rollback()
        assert found == {"contact": None, "mrktinvoice": 0}

    in_office(database, story)


def test_deleting_says_how_many_tables_return_to_demo_mode(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.upload(MARKETING, PERSONAL)
        office.database.execute(
            "CREATE TABLE mrktlead (n int); INSERT INTO mrktlead SELECT generate_series(1, 1001)"
        )
        await office.grant("alice")
        preview = await office.desk.preview_delete("marketing", NOW)
        assert preview.summary == "2 tables return to demo mode, 1 is over the cap"
        assert [one.table for one in preview.over] == ["mrktlead"]
        assert (preview.users, len(preview.licenses)) == (1, 1)

    in_office(database, story)
