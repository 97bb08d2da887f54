"""What calling functions and touching relations leads to, over each other."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from catalog_samples import OID, ROWS, names, reached

from pgtoll_policy.bodies import read_body
from pgtoll_policy.body import BodyText
from pgtoll_policy.catalog import Catalog, build_catalog
from pgtoll_policy.routines import text_of
from pgtoll_policy.rows import (
    Anywhere,
    Attachment,
    BuiltinRow,
    CatalogRows,
    FunctionRow,
    OperatorRow,
    RelationRow,
    TypeRow,
)


def picture(rows: CatalogRows) -> Catalog:
    """Return a picture with every body read."""
    texts: Iterable[BodyText] = filter(None, map(text_of, rows.functions))
    return build_catalog(rows, bodies={text: read_body(text) for text in texts})


def with_functions(**bodies: str) -> CatalogRows:
    """Return the sample with functions of these bodies; in SQL, but for those that begin."""
    made = (
        FunctionRow(
            18000 + number,
            "public",
            name,
            language="plpgsql" if body.startswith("BEGIN") else "sql",
            arguments=1,
            body=body,
        )
        for number, (name, body) in enumerate(bodies.items())
    )
    return replace(ROWS, functions=(*ROWS.functions, *made))


@pytest.mark.parametrize(
    ("body", "reads", "touches"),
    [
        ("SELECT 1", set(), set()),
        ("SELECT a FROM note", {"note"}, set()),
        ("SELECT a FROM mrktinvoice_view", {"mrktinvoice_view", "mrktinvoice"}, set()),
        ("DELETE FROM stored", {"stored"}, set()),
        ("INSERT INTO guarded VALUES (1)", {"guarded"}, {"mrktinvoice"}),
        ("SELECT a FROM scratch", set(), {"pg_temp_3.scratch"}),
        ("BEGIN RETURN (SELECT a FROM note); END", {"note"}, set()),
        ("BEGIN IF x THEN DELETE FROM stored; END IF; END", set(), {"stored"}),
        ("SELECT note FROM stored", {"stored"}, {"note"}),  # a word may be a relation
        ("SELECT 'note'::regclass", set(), {"note"}),
    ],
)
def test_calls_touch_what_bodies_name(body: str, reads: set[str], touches: set[str]) -> None:
    found = reached("SELECT f(1)", picture(with_functions(f=body)))
    assert (names(found.reads), names(found.touches)) == (reads, touches)
    assert (found.opaque, found.elsewhere) == ("", False)


def test_what_is_filled_is_known() -> None:
    rows = with_functions(f="INSERT INTO ruled VALUES (1)", g="BEGIN PERFORM f(1); END")
    found = reached("SELECT g(1)", picture(rows))
    assert names(found.inserts) == {"ruled", "log"}
    assert (found.may_insert, found.elsewhere) == (True, False)


def test_calls_are_followed_over_each_other() -> None:
    rows = with_functions(f="SELECT g(1)", g="SELECT h(1)", h="SELECT f(1), a FROM note")
    for name in "fgh":
        assert names(reached(f"SELECT {name}(1)", picture(rows)).reads) == {"note"}


def test_one_of_several_functions_of_a_name_is_not_certain() -> None:
    rows = with_functions(f="SELECT a FROM note")
    other = FunctionRow(18100, "archive", "f", language="sql", body="SELECT 1")
    catalog = picture(replace(rows, functions=(*rows.functions, other)))
    found = reached("SELECT f(1)", catalog)
    assert (names(found.reads), names(found.touches)) == (set(), {"note"})
    assert names(reached("SELECT public.f(1)", catalog).reads) == {"note"}


@pytest.mark.parametrize(
    "body",
    ["SELECT run('x')", "SELECT x.run", "SELECT 1 ??? 2", "SELECT x::rough", "BEGIN x := run; END"],
)
def test_what_cannot_be_read_is_found_through_what_can(body: str) -> None:
    rows = with_functions(f=body)
    rows = replace(
        rows,
        operators=(OperatorRow("???", 17003),),
        types=(TypeRow("public", "rough", 17003),),
    )
    found = reached("SELECT f(1)", picture(rows))
    if body.startswith("BEGIN"):  # a word of an expression is a variable
        assert found.opaque == ""
        return
    assert (found.opaque, found.function) == (
        'function "public.run" runs code that is not read',
        "public.run",
    )
    assert found.elsewhere


@pytest.mark.parametrize(
    ("body", "opaque"),
    [
        ("SELECT lo_get(1)", 'function "lo_get" is called'),
        ("SELECT query_to_xml('x')", 'function "query_to_xml" runs a text'),
        ("SELECT x.nextval", 'function "nextval" touches a sequence'),
        ("SELECT * FROM nowhere", 'relation "nowhere" is not known'),
        ("SELECT * FROM pg_stats", 'system relation "pg_stats" is read'),
        ("BEGIN FOR x IN c(lo_get(1)) LOOP NULL; END LOOP; END", 'function "lo_get" is called'),
    ],
)
def test_a_concern_in_a_body_is_the_functions(body: str, opaque: str) -> None:
    found = reached("SELECT f(1)", picture(with_functions(f=body)))
    assert (found.opaque, found.function) == (f'in function "public.f": {opaque}', "public.f")


def test_the_rows_of_a_statement_have_a_name_in_triggers() -> None:
    rows = replace(with_functions(f="SELECT * FROM fresh"), transitions=("fresh",))
    assert reached("SELECT f(1)", picture(rows)).opaque == ""


def test_code_behind_relations_is_followed() -> None:
    rows = with_functions(f="INSERT INTO log VALUES (1)", g="SELECT a FROM mrktinvoice")
    attached = (
        Attachment(OID["stored"], 18000, reading=False),
        Attachment(OID["contact_view"], 18001, reading=True),
        Attachment(OID["log"], 18001, reading=False, upkeep=True),
    )
    catalog = picture(replace(rows, attached=attached))
    assert names(reached("INSERT INTO stored VALUES (1)", catalog).inserts) == {"stored", "log"}
    assert names(reached("INSERT INTO stored VALUES (1)", catalog).touches) >= {"mrktinvoice"}
    assert names(reached("SELECT 1 FROM contact_view", catalog).touches) == {"mrktinvoice"}
    assert names(reached("REINDEX TABLE log", catalog).touches) == {"mrktinvoice"}
    assert names(reached("REINDEX TABLE stored", catalog).touches) == set()


# The server runs such functions later, in no session that could be checked.
KEPT_UP = "a function of it touches tables"


@pytest.mark.parametrize(
    ("sql", "opaque", "inserts"),
    [
        ("VACUUM stored", "", True),
        ("VACUUM contact", "", False),
        ("REINDEX TABLE CONCURRENTLY stored", "", True),
        ("CREATE INDEX CONCURRENTLY ON contact (f(a))", KEPT_UP, True),
        ("CREATE INDEX CONCURRENTLY ON contact (g(a))", KEPT_UP, False),
    ],
)
def test_upkeep_makes_rows_where_code_that_was_read_does(
    sql: str, opaque: str, inserts: bool
) -> None:
    rows = with_functions(f="INSERT INTO note VALUES (1)", g="SELECT a FROM note")
    attached = (Attachment(OID["stored"], 18000, reading=False, upkeep=True),)
    found = reached(sql, picture(replace(rows, attached=attached)))
    assert (found.opaque, found.may_insert) == (opaque, inserts)


def test_code_behind_a_function_is_followed() -> None:
    rows = with_functions(f="SELECT 1", g="SELECT a FROM note")
    rows = replace(rows, calls=((18000, 18001), (18001, 3160)), looks=((18000, OID["stored"]),))
    rows = replace(rows, builtins=(BuiltinRow(3160, "lo_get"),))
    found = reached("SELECT f(1)", picture(rows))
    assert names(found.touches) == {"note", "stored"}
    assert found.unwatchable == "reaches large objects"


def test_what_runs_without_a_name_runs_in_bodies_too() -> None:
    rows = with_functions(f="SELECT 1", g="SELECT a FROM note")
    rows = replace(rows, anywhere=(Anywhere(18001, "a cast"),), deferred=(18000,))
    assert names(reached("COMMIT", picture(rows)).touches) == {"note"}


def test_what_a_worker_touches_is_told_apart() -> None:
    rows = with_functions(f="SELECT a FROM note", g="SELECT f(1), a FROM stored")
    rows = replace(
        rows,
        functions=tuple(
            one._replace(parallel="s") if one.name == "f" else one for one in rows.functions
        ),
    )
    catalog = picture(rows)
    for call in "fg":
        assert names(reached(f"SELECT {call}(1)", catalog).aside) == {"note"}
    assert reached("SELECT a FROM stored", catalog).aside == frozenset()
    assert names(reached("DO 'x'", catalog).aside) == {"note"}


def test_two_thousand_views_on_each_other_are_a_matter_of_moments() -> None:
    first, many = 20000, 2000
    oids = range(first, first + many)
    rows = CatalogRows(
        relations=tuple(RelationRow(oid, "public", f"v{oid}", "v") for oid in oids),
        views=tuple((oid, oid - 1) for oid in oids[1:]),
    )
    catalog = build_catalog(rows)
    assert len(reached(f"SELECT * FROM v{oids[-1]}", catalog).reads) == many
