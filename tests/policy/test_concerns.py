"""What speaks against PostgreSQL's own functions and relations."""

import pytest

from pgtoll_policy.concerns import (
    Concern,
    builtin_concern,
    gravest,
    system_read_concern,
    trap_concern,
)


@pytest.mark.parametrize("name", ["lower", "count", "now", "pg_relation_size", "int4eq"])
def test_listed_functions_are_harmless(name: str) -> None:
    assert builtin_concern(name) is None
    assert trap_concern(name) is None


@pytest.mark.parametrize(
    ("name", "unwatchable", "inserts", "runs_text"),
    [
        ("nextval", "", False, False),
        ("set_config", "", False, False),
        ("query_to_xml", "", True, True),
        ("ts_stat", "", True, True),
        ("pg_read_file", "reads or writes files of the server", False, False),
        ("lo_get", "reaches large objects", False, False),
        ("pg_reload_conf", "", True, False),
        ("a_function_of_postgresql_19", "", True, False),
    ],
)
def test_other_functions_are_not(
    name: str, unwatchable: str, inserts: bool, runs_text: bool
) -> None:
    concern = builtin_concern(name)
    assert concern is not None
    assert concern.opaque.startswith(f'function "{name}"')
    assert (concern.unwatchable, concern.inserts) == (unwatchable, inserts)
    assert concern.runs_text is runs_text


@pytest.mark.parametrize("name", ["nextval", "ts_stat", "lo_get"])
def test_a_column_may_be_a_call_of_what_is_dangerous(name: str) -> None:
    assert trap_concern(name) == builtin_concern(name)


def test_any_other_column_is_a_column() -> None:
    assert trap_concern("a_function_of_postgresql_19") is None


@pytest.mark.parametrize(
    ("schema", "name", "harmless", "watchable"),
    [
        ("pg_catalog", "pg_class", True, True),
        ("information_schema", "tables", True, True),
        ("public", "pg_stats", True, True),
        ("pgtoll", "seat", True, True),
        ("pg_catalog", "pg_stats", False, False),
        ("pg_catalog", "pg_stat_activity", False, False),
        ("pg_catalog", "a_view_of_postgresql_19", False, False),
        ("pg_catalog", "pg_sequences", False, True),
    ],
)
def test_system_relations(schema: str, name: str, harmless: bool, watchable: bool) -> None:
    concern = system_read_concern(schema, name)
    assert (concern is None) is harmless
    assert (not concern or not concern.unwatchable) is watchable


def test_the_gravest_of_none_is_none() -> None:
    assert gravest([]) is None


def test_the_gravest_has_the_words_of_what_cannot_be_watched_and_the_worst_of_each() -> None:
    runs = Concern("runs", runs_text=True)
    quiet = Concern("reads a file", "is elsewhere", inserts=False, function="public.f")
    assert gravest([runs]) is runs
    assert gravest([runs, quiet]) == Concern(
        "reads a file", "is elsewhere", inserts=True, runs_text=True, function="public.f"
    )
    assert gravest([Concern("first"), Concern("second")]) == Concern("first")


@pytest.mark.parametrize(
    ("name", "unread"),
    [
        ("nextval", False),
        ("set_config", False),
        ("query_to_xml", True),
        ("tsvector_update_trigger", False),
        ("domain_in", True),
    ],
)
def test_what_runs_a_text_may_run_code_that_is_not_read(name: str, unread: bool) -> None:
    concern = builtin_concern(name)
    assert concern is not None
    assert concern.unread is unread


def test_the_words_of_what_is_not_read_come_before_others() -> None:
    read, unread = Concern("first", unread=False), Concern("second")
    assert gravest([read, unread]) == unread
    assert gravest([read]) is read
    assert gravest([unread, Concern("third", "it does x", unread=False)]) == Concern(
        "third", "it does x"
    )
