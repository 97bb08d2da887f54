"""No text of ours names to an older server what it does not have; others get it as it is."""

import re

import pytest

from pgtoll.catalog import fingerprint_queries, queries
from pgtoll.engine.abilities import Abilities
from pgtoll.engine.dialect import adapted
from pgtoll.engine.older import as_spoken
from pgtoll.store.migrations import migrations
from pgtoll.store.reference import read_reference

STEPS = "\n".join(step.sql for step in migrations())
QUESTIONS = "\n".join(
    text
    for module in (queries, fingerprint_queries)
    for text in vars(module).values()
    if isinstance(text, str)
)
SINCE_15 = r"SET stats_fetch_consistency|\bpg_parameter_acl\b"
SINCE_14 = (
    r"\bprosqlbody\b|\bpg_get_function_sqlbody\b|\bstxexprs\b|\brngmultitypid\b|,pg_stats_ext_exprs\b"
    r"|\bpg_get_backend_memory_contexts\b"
)


@pytest.mark.parametrize("text", [STEPS, QUESTIONS])
def test_nothing_is_changed_for_a_server_that_knows_all_of_it(text: str) -> None:
    assert as_spoken(text, 150000) == as_spoken(text, 180006) == text


@pytest.mark.parametrize(
    ("text", "speaks", "named"),
    [
        (STEPS, 140023, SINCE_15),
        (STEPS, 130023, f"{SINCE_15}|{SINCE_14}"),
        (QUESTIONS, 130023, SINCE_14),
    ],
)
def test_what_a_server_does_not_know_is_not_named(text: str, speaks: int, named: str) -> None:
    assert re.search(named, text)
    assert not re.search(named, as_spoken(text, speaks))


def test_functions_are_compared_with_what_they_are_on_that_server() -> None:
    found = Abilities("PostgreSQL 13.23", "keeper", speaks=130023)
    functions = adapted(read_reference([STEPS]), found).functions.values()
    assert not any("stats_fetch_consistency" in one.settings for one in functions)
    assert not re.search(f"{SINCE_15}|{SINCE_14}", "\n".join(one.body for one in functions))


def test_nobody_can_say_that_a_session_had_no_workers() -> None:
    asked = as_spoken("SELECT FROM pg_get_backend_memory_contexts() m WHERE m.name = 'x'", 130023)
    assert "'HandleParallelMessages'::pg_catalog.text AS name" in asked
