"""Which relations are pinned to a product."""

from dataclasses import replace

from catalog_samples import CATALOG, DEMO, OID, ROWS

from pgtoll_policy.catalog import build_catalog
from pgtoll_policy.pins import new_pins
from pgtoll_policy.policy import Pin
from pgtoll_policy.rows import PinRow, RelationRow

NAMED = ["mrktinvoice", "mrktline", "mrktevent", "mrktinvoice_view"]
LED_TO = ["mrktinvoice_copy", "mrktinvoice_number"]


def test_what_a_product_names_is_pinned_and_what_comes_of_it() -> None:
    pinned = sorted(OID[name] for name in (*NAMED, *LED_TO))
    assert new_pins(CATALOG, DEMO) == tuple(Pin(oid, "marketing") for oid in pinned)


def test_nothing_is_pinned_twice() -> None:
    rows = tuple(PinRow(pin.relation, pin.product) for pin in new_pins(CATALOG, DEMO))
    assert new_pins(build_catalog(replace(ROWS, pins=rows)), DEMO) == ()


def test_copies_and_parts_of_a_renamed_table_are_pinned() -> None:
    relations = (
        *ROWS.relations,
        RelationRow(16801, "public", "summary", "m"),
        RelationRow(16802, "public", "contact_2026"),
    )
    catalog = build_catalog(
        replace(
            ROWS,
            relations=relations,
            views=(*ROWS.views, (16801, OID["contact_view"])),
            inheritance=(*ROWS.inheritance, (16802, OID["contact"])),
            pins=(PinRow(OID["contact"], "sales"),),
        )
    )
    sales = {pin.relation for pin in new_pins(catalog, DEMO) if pin.product == "sales"}
    assert sales == {16801, 16802, OID["contact_number"]}


def test_some_relations_can_be_asked_about_alone() -> None:
    asked = {OID["mrktline"], OID["contact"]}
    assert new_pins(CATALOG, DEMO, asked) == (Pin(OID["mrktline"], "marketing"),)


def test_a_pinned_table_is_not_pinned_by_its_new_name() -> None:
    pins = (PinRow(OID["mrktline"], "sales"),)
    catalog = build_catalog(replace(ROWS, pins=pins))
    assert OID["mrktline"] not in {pin.relation for pin in new_pins(catalog, DEMO)}


def test_temporary_tables_are_never_pinned() -> None:
    row = RelationRow(16803, "pg_temp_3", "mrktscratch", temporary=True)
    catalog = build_catalog(replace(ROWS, relations=(row,)))
    assert new_pins(catalog, DEMO) == ()
