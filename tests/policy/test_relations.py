"""What a relation stands for, closed over what the catalog says of it."""

from dataclasses import replace

import pytest
from catalog_samples import AUDIT, CATALOG, OID, QUERY_TO_XML, ROWS, TIDY

from pgtoll_policy.catalog import build_catalog
from pgtoll_policy.oids import NO_OIDS, Oids
from pgtoll_policy.relations import Relation
from pgtoll_policy.rows import Attachment, CatalogRows, ForeignKey, PinRow, RelationRow

CHANGED = ["on_insert", "on_update", "on_delete", "on_truncate", "on_empty", "on_change"]


def _table(name: str, rows: CatalogRows = ROWS) -> Relation:
    return build_catalog(rows).relations[OID[name]]


def _oids(*names: str) -> Oids:
    return Oids(OID[name] for name in names)


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("note", ["note"]),
        ("mrktinvoice_view", ["mrktinvoice_view", "mrktinvoice"]),
        ("mrktinvoice_copy", ["mrktinvoice_copy", "mrktinvoice_view", "mrktinvoice"]),
        ("event", ["event", "event_1"]),
        ("event_1", ["event", "event_1"]),
        ("mrktinvoice_number", ["mrktinvoice_number", "mrktinvoice"]),
        ("mrktinvoice", ["mrktinvoice"]),
    ],
)
def test_reads(name: str, reads: list[str]) -> None:
    assert _table(name).reads == _oids(*reads)


def test_a_view_of_a_partition_stands_for_the_whole_table() -> None:
    views = (*ROWS.views, (OID["calling_view"], OID["event_1"]))
    assert _table("calling_view", replace(ROWS, views=views)).reads == _oids(
        "calling_view", "event_1", "event"
    )


def test_siblings_are_not_each_other() -> None:
    inheritance = (*ROWS.inheritance, (OID["stored"], OID["event"]))
    assert _table("event_1", replace(ROWS, inheritance=inheritance)).reads == _oids(
        "event", "event_1"
    )


def test_a_loop_of_rules_ends() -> None:
    rules = ((OID["note"], OID["log"]), (OID["log"], OID["note"]))
    touches = _table("note", replace(ROWS, rules=rules)).on_change.touches
    assert touches & _oids("log") == _oids("log")


def test_relations_that_nobody_describes_are_left_out() -> None:
    views = ((OID["contact_view"], 99999),)
    assert _table("contact_view", replace(ROWS, views=views)).reads == _oids("contact_view")


@pytest.mark.parametrize(
    ("name", "on_insert", "on_change"),
    [
        ("contact", ["contact_number"], ["note", "audited", "contact_number"]),
        ("referring", ["mrktinvoice"], ["mrktinvoice"]),
        ("ruled", ["log"], ["log"]),
        ("guarded", ["mrktinvoice"], ["mrktinvoice"]),
        ("contact_view", ["contact_number"], ["note", "audited", "contact_number"]),
        ("stored", [], []),
    ],
)
def test_touches(name: str, on_insert: list[str], on_change: list[str]) -> None:
    relation = _table(name)
    assert relation.on_insert.touches == relation.reads | _oids(*on_insert)
    assert relation.on_change.touches == relation.reads | _oids(*on_change)


def test_a_foreign_key_that_changes_nothing_is_looked_at_both_ways() -> None:
    keys = (ForeignKey(OID["log"], OID["stored"]),)
    both = _oids("log", "stored")
    assert _table("log", replace(ROWS, keys=keys)).on_insert.touches == both
    assert _table("stored", replace(ROWS, keys=keys)).on_change.touches == both
    assert _table("stored", replace(ROWS, keys=keys)).on_insert.touches == _oids("stored")
    assert _table("stored", replace(ROWS, keys=keys)).on_change.concern is None


def test_emptying_with_all_that_refers_goes_on_over_every_key() -> None:
    keys = (ForeignKey(OID["log"], OID["stored"]), ForeignKey(OID["note"], OID["log"]))
    stored = _table("stored", replace(ROWS, keys=keys))
    assert stored.on_change.touches == _oids("log", "stored")
    assert stored.on_empty.touches == _oids("log", "note", "stored") | stored.on_change.touches


def test_cascades_run_the_triggers_of_where_they_end() -> None:
    contact = _table("contact")
    assert contact.on_insert.concern is None
    assert contact.on_change.concern is not None
    assert contact.on_change.concern.function == "public.audit"


@pytest.mark.parametrize(
    ("events", "runs"),
    [
        (4, ["on_insert", "on_change"]),
        (8, ["on_delete", "on_change"]),
        (16, ["on_update", "on_change"]),
        (32, ["on_truncate", "on_empty", "on_change"]),
        (4 | 16, ["on_insert", "on_update", "on_change"]),
        (0, ["on_insert", "on_update", "on_delete", "on_truncate", "on_empty", "on_change"]),
    ],
)
def test_a_trigger_runs_at_its_events_alone(events: int, runs: list[str]) -> None:
    attached = (Attachment(OID["log"], AUDIT, reading=False, events=events),)
    log = _table("log", replace(ROWS, attached=attached))
    assert [one for one in CHANGED if getattr(log, one).concern] == runs


@pytest.mark.parametrize(("kind", "runs"), [("p", True), ("r", False)])
def test_a_row_that_is_updated_may_move_to_another_partition(kind: str, runs: bool) -> None:
    rows = _of_event(kind, Attachment(OID["event_1"], AUDIT, reading=False, events=4))
    assert bool(_table("event", rows).on_update.concern) is runs
    assert not _table("event", rows).on_update.fills
    assert not _table("event", rows).on_delete.concern
    assert not _table("event_1", rows).on_update.concern


@pytest.mark.parametrize(
    ("event", "deleted", "updated"), [(8, True, False), (16, True, True), (4, False, False)]
)
def test_keys_that_are_followed_run_triggers(event: int, deleted: bool, updated: bool) -> None:
    keys = (ForeignKey(OID["log"], OID["stored"], on_update=True, on_delete=True),)
    attached = (Attachment(OID["log"], AUDIT, reading=False, events=event),)
    stored = _table("stored", replace(ROWS, keys=keys, attached=attached))
    found = (bool(stored.on_delete.concern), bool(stored.on_update.concern))
    assert found == (deleted, updated)


def test_new_rows_reach_no_table_that_inherits() -> None:
    looks = Attachment(OID["event_1"], TIDY, reading=True)
    rows = _of_event("r", Attachment(OID["event_1"], AUDIT, reading=False), looks)
    event = _table("event", rows)
    assert event.arrives == _oids("event")
    assert event.on_insert.touches == _oids("event")
    assert event.on_insert.concern is None
    assert event.on_update.touches == event.reads == _oids("event", "event_1")
    assert event.on_update.concern is not None
    assert _table("event_1", rows).on_insert.touches == _oids("event", "event_1")
    assert _table("event", _of_event("p")).on_insert.touches == _oids("event", "event_1")


def test_only_leaves_out_what_inherits() -> None:
    looks = Attachment(OID["event_1"], TIDY, reading=True)
    rows = _of_event("r", Attachment(OID["event"], AUDIT, reading=False), looks)
    event = _table("event", rows)
    assert event.only == event.on_only.touches == _oids("event")
    assert event.on_only.concern is None
    assert event.on_read.concern is not None
    guarded = replace(rows, policies=((OID["event"], OID["stored"]),))
    assert _table("event", guarded).on_only.touches == _oids("event", "stored")


def test_only_means_nothing_to_views_and_partitions() -> None:
    rows = _of_event("r")
    rows = replace(rows, views=(*ROWS.views, (OID["calling_view"], OID["event"])))
    whole = _oids("calling_view", "event", "event_1")
    view = _table("calling_view", rows)
    assert (view.only, view.on_only) == (whole, view.on_read)
    assert _table("event_1", rows).only == _oids("event", "event_1")
    assert _table("event", _of_event("p")).only == _oids("event", "event_1")


def test_new_rows_are_held_against_policies_and_defaults_all_the_same() -> None:
    rows = _of_event("r", Attachment(OID["event"], TIDY, reading=True))
    rows = replace(rows, policies=((OID["event"], OID["stored"]),))
    event = _table("event", rows)
    assert event.on_insert.concern is not None
    assert event.on_insert.touches == _oids("event", "stored")


def _of_event(kind: str, *attached: Attachment) -> CatalogRows:
    """The sample with a table "event" of a kind, from which "event_1" inherits."""
    relations = tuple(
        one._replace(kind=kind) if one.oid == OID["event"] else one for one in ROWS.relations
    )
    return replace(ROWS, relations=relations, attached=attached)


def test_code_in_a_view_runs_when_it_is_read() -> None:
    attached = (Attachment(OID["contact_view"], TIDY, reading=True),)
    catalog = build_catalog(replace(ROWS, attached=attached))
    view = catalog.relations[OID["contact_view"]]
    assert view.on_read.concern is not None
    assert view.on_read.concern.function == "public.tidy"
    assert view.on_change.concern is not None
    assert catalog.relations[OID["contact"]].on_read.concern is None


def test_code_of_a_table_runs_when_it_is_written() -> None:
    attached = (Attachment(OID["note"], AUDIT, reading=False),)
    note = _table("note", replace(ROWS, attached=attached))
    assert note.on_read.concern is None
    assert note.on_insert.concern is not None


def test_row_security_runs_its_code_when_a_rule_looks_there() -> None:
    attached = (Attachment(OID["log"], TIDY, reading=True),)
    assert _table("ruled", replace(ROWS, attached=attached)).on_insert.concern is not None


def test_a_function_of_postgresql_s_own_may_be_attached() -> None:
    attached = (
        Attachment(OID["note"], QUERY_TO_XML.oid, reading=True),
        Attachment(OID["log"], 871, reading=True),
    )
    note = _table("note", replace(ROWS, attached=attached))
    assert note.on_read.concern is not None
    assert note.on_read.concern.runs_text
    assert _table("log", replace(ROWS, attached=attached)).on_read.concern is None


def test_foreign_tables_are_elsewhere() -> None:
    rows = CatalogRows(
        relations=(RelationRow(1, "public", "far", "f"), RelationRow(2, "public", "parent", "p")),
        inheritance=((1, 2),),
    )
    catalog = build_catalog(rows)
    for oid in (1, 2):
        concern = catalog.relations[oid].on_read.concern
        assert concern is not None
        assert concern.unwatchable == "uses another connection"


def test_system_relations() -> None:
    catalog_table = CATALOG.relations[1259]
    assert catalog_table.on_read.concern is None
    assert catalog_table.on_change.concern is not None
    assert CATALOG.relations[12101].on_read.concern is not None
    assert CATALOG.relations[16605].on_change.concern is None  # pgtoll.seat


@pytest.mark.parametrize(
    ("name", "derived", "follows"),
    [
        ("note", False, []),
        ("contact_view", True, []),
        ("event_1", True, ["event"]),
        ("event", False, []),
        ("mrktinvoice_copy", False, ["mrktinvoice_view", "mrktinvoice"]),
        ("contact_number", True, ["contact"]),
    ],
)
def test_whose_products_are_its_own(name: str, derived: bool, follows: list[str]) -> None:
    relation = _table(name)
    assert (relation.derived, relation.follows) == (derived, _oids(*follows))


def test_rules_may_insert_somewhere_else() -> None:
    assert _table("ruled").on_change.fills == _oids("ruled", "log")
    assert _table("event").on_change.fills == NO_OIDS
    assert _table("event").on_insert.fills == _oids("event", "event_1")


def test_a_relation_may_be_pinned_to_several_products() -> None:
    pins = (PinRow(OID["note"], "marketing"), PinRow(OID["note"], "sales"))
    assert _table("note", replace(ROWS, pins=pins)).products == {"marketing", "sales"}
    assert _table("log", replace(ROWS, pins=pins)).products == frozenset()


def test_a_relation_is_found_among_others_by_its_oid() -> None:
    assert _table("note") in {_table("log"), _table("note")}
    assert hash(_table("note")) == OID["note"]
