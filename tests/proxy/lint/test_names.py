"""Names: of no table, of no product, of two products."""

from dataclasses import replace

from grounds import STOCK, ground
from license_samples import MARKETING, PERSONAL, SERVER

from pgtoll.doctor.findings import Severity
from pgtoll.lint.names import judge_names, some
from pgtoll_policy.documents import Document


def told(*documents: Document, tables: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(one.check, one.what) for one in judge_names(ground(*documents, tables=tables))]


def test_nothing_is_wrong_where_every_name_has_a_table() -> None:
    assert told(MARKETING, tables=("mrktinvoice", "contact")) == []


def test_a_name_without_a_table_is_told_with_its_product() -> None:
    assert told(MARKETING, STOCK, tables=("mrktlead", "stckitem")) == [
        ("name-without-table", "MrktInvoice of product Marketing (marketing) names no table here")
    ]


def test_tables_under_a_prefix_that_no_product_names_are_told_together() -> None:
    one = replace(MARKETING, objects=("MrktInvoice",))
    assert told(one, tables=("mrktinvoice", "mrktlead", "mrktcall", "contact")) == [
        (
            "table-unclaimed",
            "no product names 2 tables: public.mrktcall, public.mrktlead, under the prefix Mrkt",
        )
    ]


def test_a_personal_and_a_server_license_of_the_same_are_a_problem() -> None:
    (found,) = judge_names(ground(MARKETING, PERSONAL, SERVER, tables=("mrktinvoice",)))
    assert (found.check, found.severity) == ("license-collision", Severity.PROBLEM)
    assert "collides with" in found.what
    over = replace(SERVER, due=SERVER.starts.replace(month=2))
    assert told(MARKETING, PERSONAL, over, tables=("mrktinvoice",)) == []


def test_what_two_products_own_is_told() -> None:
    suite = replace(MARKETING, code="suite", title="Suite", objects=("MrktInvoice",))
    assert told(MARKETING, suite, tables=("mrktinvoice", "mrktlead")) == [
        ("named-twice", "products marketing and suite both own table public.mrktinvoice"),
        ("named-twice", "products marketing and suite both control operation MrktApp.Use"),
    ]


def test_of_many_names_the_first_are_told() -> None:
    assert some(["a", "b", "c"], 2) == "a, b and 1 more"
    assert some(["a", "b"], 2) == "a, b"
