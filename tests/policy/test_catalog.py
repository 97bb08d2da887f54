"""What the names of a database stand for in a picture of it, and what it knows of all of them."""

from dataclasses import replace

import pytest
from catalog_samples import ASIDE_CATALOG, CATALOG, OID, ROWS, RUN, TIDY, names, reached

from pgtoll_policy.catalog import build_catalog, unsettled
from pgtoll_policy.facts import Name
from pgtoll_policy.rows import (
    Anywhere,
    CatalogRows,
    ForeignKey,
    FunctionRow,
    RelationRow,
    TypeRow,
)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (Name("public", "contact"), {"contact"}),
        (Name("archive", "contact"), {"archive.contact"}),
        (Name("", "contact"), {"contact", "archive.contact"}),
        (Name("", "Contact"), set()),
        (Name("", "lookup"), {"lookup", "pg_temp_4.lookup"}),
        (Name("pg_temp", "lookup"), {"pg_temp_4.lookup"}),
        (Name("pg_temp_4", "lookup"), {"pg_temp_4.lookup"}),
        (Name("pg_temp", "contact"), set()),
        (Name("", "pg_class"), {"pg_catalog.pg_class"}),
    ],
)
def test_a_name_without_a_schema_means_every_schema(name: Name, found: set[str]) -> None:
    assert names(CATALOG.named(name)) == found


def test_what_no_statement_names_makes_every_query_opaque() -> None:
    rows = replace(ROWS, anywhere=(Anywhere(TIDY, "a cast"), Anywhere(871, "a cast")))
    catalog = build_catalog(rows)
    assert reached("SELECT 1", catalog).opaque == 'a cast may run function "public.tidy"'
    assert reached("SET a.b = 'c'", catalog).opaque == ""


def test_event_triggers_make_changes_of_the_catalog_opaque() -> None:
    catalog = build_catalog(replace(ROWS, event_triggers=(RUN,)))
    found = reached("DROP TABLE note", catalog)
    assert (bool(found.opaque), found.elsewhere) == (True, True)
    assert reached("SELECT * FROM note", catalog).opaque == ""
    assert reached("REINDEX TABLE note", catalog).elsewhere


def test_a_function_made_from_a_text_runs_the_types_of_its_constants() -> None:
    catalog = build_catalog(replace(ROWS, types=(TypeRow("public", "code", RUN),)))
    sql = "CREATE FUNCTION f() RETURNS int LANGUAGE {}"
    assert reached(sql.format("sql AS $$ SELECT '1'::code $$"), catalog).elsewhere
    assert not reached(sql.format("sql RETURN 1"), catalog).elsewhere


def test_deferred_triggers_make_the_end_of_a_transaction_opaque() -> None:
    catalog = build_catalog(replace(ROWS, deferred=(RUN,)))
    found = reached("COMMIT", catalog)
    assert found.opaque == 'a deferred trigger may run function "public.run"'
    assert found.may_insert
    assert reached("SET CONSTRAINTS ALL IMMEDIATE", catalog).opaque
    assert reached("ROLLBACK", catalog).opaque == ""


def test_text_of_the_statement_is_unwatchable_where_it_may_reach_too_far() -> None:
    assert reached("DO 'x'").unwatchable == ""
    for sql in ("DO 'x'", "SELECT query_to_xml('', true, true, '')", "SELECT * FROM running_view"):
        assert 'may call function "public.aside"' in reached(sql, ASIDE_CATALOG).unwatchable
    # What was prepared or declared was judged then.
    assert reached("EXECUTE p", ASIDE_CATALOG).unwatchable == ""


def test_text_may_read_foreign_tables() -> None:
    rows = replace(ROWS, relations=(*ROWS.relations, RelationRow(16701, "public", "far", "f")))
    catalog = build_catalog(rows)
    assert reached("DO 'x'", catalog).unwatchable == 'may read foreign table "far"'
    assert reached("SELECT * FROM far", catalog).unwatchable == "uses another connection"


def test_a_trusted_function_is_harmless() -> None:
    assert reached("SELECT tidy('x')").function == "public.tidy"
    catalog = build_catalog(ROWS, trusted={"public.tidy"})
    found = reached("SELECT tidy(a ### b) FROM calling_view", catalog)
    assert (found.opaque, found.elsewhere) == ("", False)


def test_an_unsettled_picture_proves_nothing_but_the_session_s_own() -> None:
    catalog = unsettled(CATALOG, "objects were made in this transaction")
    assert reached("SELECT * FROM note", catalog).opaque == "objects were made in this transaction"
    assert reached("BEGIN", catalog).opaque == ""


def test_the_picture_knows_its_version() -> None:
    assert build_catalog(CatalogRows(), version=7).version == 7


def test_a_relation_is_one_value_in_every_picture() -> None:
    again = build_catalog(ROWS)
    assert again.relations[OID["note"]] == CATALOG.relations[OID["note"]]
    assert hash(again.relations[OID["note"]]) == OID["note"]


def test_a_picture_holds_ten_thousand_relations_that_hang_together() -> None:
    first, many = 20000, 10000
    oids = range(first, first + many)
    rows = CatalogRows(
        relations=tuple(RelationRow(oid, "public", f"t{oid}") for oid in oids),
        inheritance=tuple((oid, first) for oid in oids[1:2000]),
        keys=tuple(ForeignKey(oid, first + (oid - first) // 10, True, True) for oid in oids[2000:]),
    )
    assert len(build_catalog(rows).relations) == many


def test_a_catalog_knows_the_function_of_our_own_event_triggers() -> None:
    theirs, ours = FunctionRow(90, "public", "notice_ddl"), FunctionRow(91, "pgtoll", "notice_ddl")
    assert build_catalog(CatalogRows()).noticing == 0
    assert build_catalog(CatalogRows(functions=(theirs, ours))).noticing == 91
