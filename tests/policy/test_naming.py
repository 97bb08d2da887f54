"""Which products a relation belongs to by its name."""

from dataclasses import replace

import pytest
from license_samples import MARKETING

from pgtoll_policy.documents import BASE_PRODUCT
from pgtoll_policy.naming import index_objects, is_system_schema

SALES = replace(
    MARKETING, code="sales", prefix="Sls", objects=("SlsOrder", "crm.SlsLine", "Sls*Log")
)
SUITE = replace(MARKETING, code="suite", objects=("MrktInvoice", "arch*.Mrkt*"))
NAMING = index_objects([BASE_PRODUCT, MARKETING, SALES, SUITE])


@pytest.mark.parametrize(
    ("schema", "name", "products"),
    [
        ("public", "contact", {"base"}),
        ("", "contact", {"base"}),
        ("public", "mrktcampaign", {"marketing"}),
        ("public", "MRKTCampaign", {"marketing"}),
        ("public", "MrktInvoice", {"marketing", "suite"}),
        ("archive", "mrktcampaign", {"marketing", "suite"}),
        ("ARCHIVE", "mrktcampaign", {"marketing", "suite"}),
        ("", "mrktcampaign", {"marketing", "suite"}),
        ("public", "slsorder", {"sales"}),
        ("public", "slsorders", {"base"}),
        ("crm", "slsline", {"sales"}),
        ("", "slsline", {"sales"}),
        ("public", "slsline", {"base"}),
        ("public", "slslog", {"sales"}),
        ("public", "sls", {"base"}),
        ("public", "", {"base"}),
        ("pg_catalog", "mrktinvoice", set()),
        ("pg_temp_3", "mrktinvoice", set()),
        ("pg_toast", "pg_toast_1", set()),
        ("information_schema", "tables", set()),
        ("pgtoll", "seat", set()),
        ("PGTOLL", "mrktinvoice", {"marketing", "suite"}),
    ],
)
def test_a_relation_belongs_to_every_product_that_names_it(
    schema: str, name: str, products: set[str]
) -> None:
    assert NAMING.products_of(schema, name) == products


def test_system_schemas_are_compared_as_the_server_does() -> None:
    assert is_system_schema("pg_catalog")
    assert not is_system_schema("Pg_catalog")
    assert not is_system_schema("")
    assert not is_system_schema("pgtoll2")
