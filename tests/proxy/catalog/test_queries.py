"""The questions of a snapshot, as texts: no name in them may be somebody else's."""

import re

import pytest

from pgtoll.catalog import fingerprint_queries, queries

QUERIES = {
    name: text
    for name, text in (vars(queries) | vars(fingerprint_queries)).items()
    if name.isupper() and not name.startswith("_") and isinstance(text, str)
}
LOCAL = {
    "below",
    "coded",
    "found",
    "held",
    "hooks",
    "operated",
    "spoken",
    "swaps",
    "uses",
}  # WITH queries


@pytest.mark.parametrize("name", QUERIES)
def test_every_relation_is_named_with_its_schema(name: str) -> None:
    named = re.findall(r"\b(?:FROM|JOIN)\s+([a-z_]+)(?![a-z_.])", QUERIES[name])
    assert set(named) <= LOCAL


@pytest.mark.parametrize("name", QUERIES)
def test_every_function_is_named_with_its_schema(name: str) -> None:
    called = re.findall(r"(?<![\w.])([a-z_][a-z_0-9]*)\(", QUERIES[name])
    assert set(called) <= {"coalesce"}


@pytest.mark.parametrize("name", QUERIES)
def test_a_percent_sign_is_a_parameter(name: str) -> None:
    lists = r"%\((?:harmless_functions|harmless_relations|coded|oids|blocks)\)s"
    assert "%" not in re.sub(lists, "", QUERIES[name])
