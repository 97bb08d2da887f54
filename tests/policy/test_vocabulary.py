"""Names in a statement that stand for code."""

import pytest
from catalog_samples import CATALOG, FUNCTIONS, ROWS, RUN, TIDY

from pgtoll_policy.catalog import build_catalog
from pgtoll_policy.concerns import Concern
from pgtoll_policy.effects import NO_EFFECT
from pgtoll_policy.facts import Name
from pgtoll_policy.rows import CatalogRows, FunctionRow, OperatorRow, TypeRow
from pgtoll_policy.statement import read_script
from pgtoll_policy.vocabulary import schema_matches

WORDS = CATALOG.vocabulary


@pytest.mark.parametrize(
    ("name", "function"),
    [
        (Name("", "upper"), None),
        (Name("pg_catalog", "upper"), None),
        (Name("", "similarity"), None),
        (Name("public", "similarity"), None),
        (Name("", "tidy"), "public.tidy"),
        (Name("public", "tidy"), "public.tidy"),
        # Whose lower() it is depends on the search path.
        (Name("", "lower"), "archive.lower"),
        (Name("archive", "lower"), "archive.lower"),
        (Name("pg_catalog", "lower"), None),
        # The server does not look for functions among the temporary objects, unless told to.
        (Name("pg_temp", "own"), "pg_temp_3.own"),
        (Name("pg_temp_3", "own"), "pg_temp_3.own"),
        (Name("", "own"), ""),
        # Nobody knows them.
        (Name("public", "upper"), ""),
        (Name("", "nowhere"), ""),
        (Name("archive", "similarity"), ""),
        (Name("pg_catalog", "query_to_xml"), ""),
    ],
)
def test_functions(name: Name, function: str | None) -> None:
    concern = WORDS.of_function(name).concern
    assert (concern.function if concern else None) == function


def test_a_function_that_is_not_known_may_be_anything() -> None:
    concern = WORDS.of_function(Name("archive", "nothing")).concern
    told = 'function "archive.nothing" is not known'
    assert concern == Concern(told, runs_text=True, invents=False, unread=False)


def test_a_harmless_function_does_not_hide_one_of_postgresql_s_own() -> None:
    rows = CatalogRows(functions=(FunctionRow(1, "pgtoll", "lo_get"),))
    concern = build_catalog(rows).vocabulary.of_function(Name("", "lo_get")).concern
    assert concern is not None
    assert concern.unwatchable


def test_a_call_may_be_a_cast_to_a_type_of_that_name() -> None:
    rows = CatalogRows(
        functions=(FunctionRow(1, "public", "checked", body="BEGIN EXECUTE x; END"),),
        types=(TypeRow("public", "pi", 1),),
    )
    concern = build_catalog(rows).vocabulary.of_function(Name("", "pi")).concern
    assert concern is not None
    assert concern.function == "public.checked"


def test_operators() -> None:
    concern = WORDS.of_operator("###").concern
    assert concern is not None
    assert concern.opaque == 'operator ### may run function "public.tidy"'
    assert WORDS.of_operator("%%") == NO_EFFECT
    assert WORDS.of_operator("=") == NO_EFFECT


def test_the_worst_function_of_an_operator_counts() -> None:
    aside = FunctionRow(9, "public", "aside", parallel="s", body="SELECT 1 FROM t")
    rows = CatalogRows(
        functions=(*FUNCTIONS, aside),
        operators=(OperatorRow("###", TIDY), OperatorRow("###", 9), OperatorRow("###", RUN)),
    )
    concern = build_catalog(rows).vocabulary.of_operator("###").concern
    assert concern is not None
    assert concern.function == "public.aside"


@pytest.mark.parametrize(
    ("name", "function"),
    [
        (Name("", "clean"), "public.tidy"),
        (Name("public", "clean"), "public.tidy"),
        (Name("archive", "clean"), None),
        (Name("", "rough"), "public.run"),
        (Name("pg_temp", "rough"), "public.run"),
        (Name("pg_temp", "clean"), None),
        (Name("pg_catalog", "int4"), None),
    ],
)
def test_types(name: Name, function: str | None) -> None:
    concern = WORDS.of_type(name).concern
    assert (concern.function if concern else None) == function


@pytest.mark.parametrize(
    ("column", "function"),
    [
        ("tidy", "public.tidy"),
        ("clean", "public.tidy"),
        ("lower", "archive.lower"),
        ("nextval", ""),
        ("audit", None),  # takes no argument, so it is not called that way
        ("similarity", None),
        ("name", None),
    ],
)
def test_columns(column: str, function: str | None) -> None:
    concern = WORDS.of_column(column).concern
    assert (concern.function if concern else None) == function


def test_a_type_with_one_of_postgresql_s_own_functions() -> None:
    rows = CatalogRows(builtins=ROWS.builtins, types=(TypeRow("public", "xml2", 2923),))
    concern = build_catalog(rows).vocabulary.of_type(Name("", "xml2")).concern
    assert concern is not None
    assert concern.opaque == 'type "xml2" is used: function "query_to_xml" runs a text'


def test_a_function_is_meant_beyond_doubt_when_no_other_has_its_name() -> None:
    one = WORDS.lexicon.the_one(Name("", "tidy"))
    assert str(one) == "public.tidy"
    for name in (Name("", "lower"), Name("", "own"), Name("archive", "tidy")):
        assert WORDS.lexicon.the_one(name) is None


@pytest.mark.parametrize(
    ("written", "schema", "temporary", "matches"),
    [
        ("", "public", False, True),
        ("public", "public", False, True),
        ("archive", "public", False, False),
        ("pg_temp", "pg_temp_3", True, True),
        ("pg_temp", "public", False, False),
    ],
)
def test_schemas(written: str, schema: str, temporary: bool, matches: bool) -> None:
    assert schema_matches(written, schema, temporary=temporary) is matches


def test_a_word_may_be_anything() -> None:
    for word in ("tidy", "clean", "query_to_xml", "nextval"):
        assert CATALOG.vocabulary.of_word(word).concern
    for word in ("contact", "similarity", "upper"):
        assert CATALOG.vocabulary.of_word(word).concern is None


def test_a_constant_in_a_text_may_be_of_any_type_that_runs_code() -> None:
    assert build_catalog(CatalogRows()).vocabulary.of_constants() == NO_EFFECT
    rows = CatalogRows(
        functions=(FunctionRow(1, "public", "checked", body="BEGIN EXECUTE x; END"),),
        types=(TypeRow("public", "code", 1),),
    )
    concern = build_catalog(rows).vocabulary.of_constants().concern
    assert concern is not None
    assert concern.function == "public.checked"


def test_a_statement_may_do_what_each_of_its_names_may() -> None:
    (statement,) = read_script("SELECT tidy(1), run(x), a ||| b, c::int, t.f").statements
    told = [one.concern.function for one in WORDS.of_statement(statement) if one.concern]
    assert "public.tidy" in told
