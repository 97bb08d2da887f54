"""Partitions are rows of one table; children by inheritance are tables of their own."""

import pytest
from witnessed import BASE, CAP, Place, capped, fill, full, seen, watched

pytestmark = pytest.mark.live

ROOT = "CREATE TABLE root (x int) PARTITION BY RANGE (x)"


def make_root(place: Place) -> None:
    place.run(
        ROOT,
        "CREATE TABLE low PARTITION OF root FOR VALUES FROM (0) TO (6)",
        "CREATE TABLE high PARTITION OF root FOR VALUES FROM (6) TO (1000) PARTITION BY LIST (x)",
        "CREATE TABLE rest PARTITION OF high DEFAULT",
    )


@pytest.mark.parametrize("target", ["root", "rest"])
def test_rows_of_all_partitions_are_counted_together(place: Place, target: str) -> None:
    make_root(place)
    with place.session() as session:
        capped(session, fill("root", CAP))
        with full("root"):
            capped(session, f"INSERT INTO {target} VALUES (50)")
    assert place.rows("root") == CAP


def test_a_partition_that_brings_its_rows_is_counted(place: Place) -> None:
    make_root(place)
    place.run("CREATE TABLE more (x int)", fill("more", 6, start=1000), fill("root", 6))
    attach = "ALTER TABLE root ATTACH PARTITION more FOR VALUES FROM (1000) TO (2000)"
    with place.session() as session:
        with full("root"):
            capped(session, attach)
        session.execute("DELETE FROM more WHERE x < 1002")
        capped(session, attach)


def test_a_partitioned_table_that_brings_its_rows_is_counted(place: Place) -> None:
    make_root(place)
    place.run(
        "CREATE TABLE more (x int) PARTITION BY LIST (x)",
        "CREATE TABLE most PARTITION OF more DEFAULT",
        fill("most", 6, start=1000),
        fill("root", 6),
    )
    with place.session() as session, full("root"):
        capped(session, "ALTER TABLE root ATTACH PARTITION more FOR VALUES FROM (1000) TO (2000)")


def test_an_empty_partition_may_join_a_table_over_the_cap(place: Place) -> None:
    make_root(place)
    place.run(fill("root", CAP + 5))
    with place.session() as session:
        capped(session, "CREATE TABLE new PARTITION OF root FOR VALUES FROM (1000) TO (2000)")
        capped(session, "UPDATE root SET x = x")
        capped(session, "ALTER TABLE root DETACH PARTITION low")
        capped(session, "DELETE FROM root")


def test_children_by_inheritance_are_tables_of_their_own(place: Place) -> None:
    place.run("CREATE TABLE parent (x int)", "CREATE TABLE child () INHERITS (parent)")
    with place.session() as session:
        capped(session, fill("parent", CAP))
        capped(session, fill("child", CAP))
        with full("child"):
            capped(session, fill("child", 1))


def test_a_partition_belongs_to_its_roots_product(place: Place) -> None:
    make_root(place)
    product = place.product("rooted", "root")
    with place.session() as session:
        with seen("low", "rooted"):
            watched(session, "SELECT * FROM low", lacked=product)
        watched(session, "SELECT * FROM root", lacked=BASE)
        with full("root", "rooted"):
            capped(session, fill("rest", CAP + 1, start=6), demo=product)


def test_a_child_belongs_to_its_parents_product(place: Place) -> None:
    place.run(
        "CREATE TABLE parent (x int)",
        "CREATE TABLE child () INHERITS (parent)",
        "CREATE TABLE grandchild () INHERITS (child)",
    )
    product = place.product("parental", "parent")
    with place.session() as session, seen("grandchild", "parental"):
        watched(session, "SELECT * FROM grandchild", lacked=product)


def test_a_partition_with_a_product_of_its_own_is_counted_under_an_open_root(place: Place) -> None:
    make_root(place)
    product = place.product("leafy", "rest")
    with place.session() as session:
        capped(session, fill("rest", CAP, start=6), demo=product)
        with full("rest", "leafy"):
            capped(session, "INSERT INTO root VALUES (100)", demo=product)
        capped(session, fill("low", 1), demo=product)


def test_a_full_partition_may_join_an_open_root(place: Place) -> None:
    make_root(place)
    product = place.product("leafy", "more")
    place.run("CREATE TABLE more (x int)", fill("more", CAP + 1, start=1000))
    with place.session() as session:
        attach = "ALTER TABLE root ATTACH PARTITION more FOR VALUES FROM (1000) TO (2000)"
        capped(session, attach, demo=product)


def test_a_full_table_does_not_become_a_capped_ones_child(place: Place) -> None:
    place.run(
        "CREATE TABLE parent (x int)",
        "CREATE TABLE between (x int)",
        "CREATE TABLE child () INHERITS (between)",
        fill("child", CAP + 1),
    )
    product = place.product("parental", "parent")
    with place.session() as session:
        with full("child", "parental"):
            capped(session, "ALTER TABLE between INHERIT parent", demo=product)
        session.execute("DELETE FROM child WHERE x = 1")
        capped(session, "ALTER TABLE between INHERIT parent", demo=product)


def make_open_root(place: Place) -> int:
    """A partition of a table that is not capped, which is: of the product that is returned."""
    place.run(
        ROOT,
        "CREATE TABLE low PARTITION OF root FOR VALUES FROM (0) TO (100)",
        "CREATE TABLE mrktpart PARTITION OF root FOR VALUES FROM (100) TO (200)"
        " PARTITION BY RANGE (x)",
        "CREATE TABLE part PARTITION OF mrktpart FOR VALUES FROM (100) TO (150)",
        "CREATE TABLE rest PARTITION OF mrktpart DEFAULT",
        fill("part", CAP, start=101),
        fill("low", 1),
    )
    return place.product("mrkt", "mrktpart")


def moved(place: Place, sql: str, product: int, *tables: str) -> None:
    """Run a statement that only moves rows of these tables, and say so."""
    oids = [int(str(place.value(f"SELECT '{one}'::regclass::int"))) for one in tables]
    demo = ",".join(str(one) for one in (product, *(-oid for oid in oids)))
    with place.session() as session:
        check = f"pgtoll.witness({CAP - 1},ARRAY[{demo}]::int[],ARRAY[]::int[],true)"
        session.execute(f"{sql}; SELECT {check}".encode())


def test_rows_that_move_into_a_capped_partition_are_counted(place: Place) -> None:
    product = make_open_root(place)
    tables = ("root", "low", "mrktpart", "part", "rest")
    with full("mrktpart", "mrkt"):
        moved(place, "UPDATE root SET x = 120 WHERE x = 1", product, *tables)


def test_rows_that_move_within_a_capped_partition_are_not(place: Place) -> None:
    product = make_open_root(place)
    moved(place, "UPDATE mrktpart SET x = x + 50", product, "mrktpart", "part", "rest")
    assert place.rows("rest") == CAP
