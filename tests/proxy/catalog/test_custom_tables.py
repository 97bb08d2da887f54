"""Which relations of a database make a product's index, and how it names them."""

import pytest

from pgtoll.catalog.custom_tables import CustomTable, Relation, object_of, under_prefix


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MrktInvoice", "MrktInvoice"),
        ("mrkt_ÄÖ", "mrkt_ÄÖ"),
        ("Mrkt two", "Mrkt two"),
        ("Mrkt.two", "Mrkt*two"),
        ('Mrkt"two"', "Mrkt*two*"),
        ("Mrkt\ttwo", "Mrkt*two"),
        ("Mrkt ", "Mrkt*"),
        ("Mrkt*", "Mrkt*"),
    ],
)
def test_an_index_can_name_every_table(name: str, text: str) -> None:
    assert object_of(name) == text


def test_letters_match_in_either_case_and_names_of_several_schemas_are_one() -> None:
    found = under_prefix(
        [
            Relation("a", "MrktLog", "table"),
            Relation("b", "mrktlog", "partitioned table"),
            Relation("b", "MrkLog", "table"),
            Relation("pgtoll", "mrktown", "table"),
            Relation("pg_toast", "mrkttoast", "table"),
            Relation("b", "mrktview", "view"),
        ],
        "mRKT",
    )
    assert found.tables == (CustomTable("MrktLog", "table, partitioned table", ("a", "b")),)
    assert found.views == ("mrktview",)


def test_a_partition_is_its_tables_unless_that_has_another_name() -> None:
    parts = [
        Relation("a", "mrktlog_1", "table", root="MrktLog"),
        Relation("a", "mrktpart", "table", root="log"),
    ]
    assert [one.object for one in under_prefix(parts, "Mrkt").tables] == ["mrktpart"]
