"""Rows of the catalog: what is left out is what most databases are like."""

from pgtoll_policy.catalog import build_catalog
from pgtoll_policy.rows import CatalogRows, ForeignKey, FunctionRow, RelationRow


def test_an_empty_database_has_a_picture() -> None:
    assert build_catalog(CatalogRows()).relations == {}


def test_defaults_are_the_common_case() -> None:
    assert RelationRow(1, "public", "t") == (1, "public", "t", "r", False)
    assert ForeignKey(1, 2) == (1, 2, False, False)
    function = FunctionRow(1, "public", "f")
    assert (function.language, function.confined, function.parallel) == ("plpgsql", True, "u")
