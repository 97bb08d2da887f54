"""A small shop's database as catalog rows, with one door of every kind to its licensed tables."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from license_samples import ISSUED, MARKETING, NOW, PERSONAL, SERVER

from pgtoll_policy.bodies import read_statements
from pgtoll_policy.catalog import Catalog, Relation, build_catalog
from pgtoll_policy.documents import BASE_PRODUCT
from pgtoll_policy.policy import Grant, compile_policy
from pgtoll_policy.reach import Reach, reach
from pgtoll_policy.rows import (
    Attachment,
    BuiltinRow,
    CatalogRows,
    ForeignKey,
    FunctionRow,
    OperatorRow,
    RelationRow,
    TypeRow,
)

KINDS = {"view": "v", "copy": "m", "number": "S"}
TABLES = (
    *("contact", "note", "audited", "ruled", "guarded", "event", "event_1", "log", "stored"),
    *("mrktinvoice", "mrktline", "mrktevent", "referring", "parent", "child", "typed"),
    *("mrktinvoice_view", "contact_view", "audited_view", "calling_view", "running_view"),
    *("mrktinvoice_copy", "contact_number", "mrktinvoice_number"),
)
OID = {name: oid for oid, name in enumerate(TABLES, start=16401)}

AUDIT, TIDY, RUN, PLAIN, ASIDE, TRIGRAM, GLUED = range(17001, 17008)
FUNCTIONS = (
    FunctionRow(AUDIT, "public", "audit", body="BEGIN RETURN NEW; END"),
    FunctionRow(TIDY, "public", "tidy", arguments=1, body="BEGIN RETURN upper($1); END"),
    FunctionRow(RUN, "public", "run", arguments=1, body="BEGIN EXECUTE $1; END"),
    FunctionRow(PLAIN, "archive", "lower", arguments=1, body="BEGIN RETURN $1; END"),
    FunctionRow(TRIGRAM, "public", "similarity", language="c", volatility="i", extension="pg_trgm"),
    FunctionRow(GLUED, "pg_temp_3", "own", temporary=True, arguments=1),
)
ASIDE_ROW = FunctionRow(
    ASIDE, "public", "aside", parallel="s", body="BEGIN RETURN (SELECT 1 FROM contact); END"
)
QUERY_TO_XML = BuiltinRow(2923, "query_to_xml")


def _kind(name: str) -> str:
    if name in ("event", "mrktevent"):
        return "p"
    return KINDS.get(name.rpartition("_")[2], "r")


def _pair(left: str, right: str) -> tuple[int, int]:
    return OID[left], OID[right]


ROWS = CatalogRows(
    relations=(
        *(RelationRow(oid, "public", name, _kind(name)) for name, oid in OID.items()),
        RelationRow(16601, "archive", "contact"),
        RelationRow(16602, "pg_temp_3", "scratch", temporary=True),
        RelationRow(16603, "public", "lookup"),
        RelationRow(16604, "pg_temp_4", "lookup", "v", temporary=True),
        RelationRow(16605, "pgtoll", "seat"),
        RelationRow(1259, "pg_catalog", "pg_class"),
        RelationRow(12101, "pg_catalog", "pg_stats", "v"),
        RelationRow(12102, "pg_catalog", "pg_sequences", "v"),
        RelationRow(12103, "information_schema", "tables", "v"),
    ),
    inheritance=(_pair("event_1", "event"), _pair("child", "parent")),
    views=(
        _pair("mrktinvoice_view", "mrktinvoice"),
        _pair("contact_view", "contact"),
        _pair("audited_view", "audited"),
        _pair("mrktinvoice_copy", "mrktinvoice_view"),
        (16604, OID["mrktinvoice"]),
    ),
    rules=(_pair("ruled", "log"),),
    policies=(_pair("guarded", "mrktinvoice"),),
    owned=(_pair("contact_number", "contact"), _pair("mrktinvoice_number", "mrktinvoice")),
    used=(_pair("contact", "contact_number"),),
    keys=(
        ForeignKey(*_pair("note", "contact"), on_delete=True),
        ForeignKey(*_pair("audited", "note"), on_update=True, on_delete=True),
        ForeignKey(*_pair("referring", "mrktinvoice")),
    ),
    functions=FUNCTIONS,
    builtins=(QUERY_TO_XML,),
    attached=(
        Attachment(OID["audited"], AUDIT, reading=False),
        Attachment(OID["calling_view"], TIDY, reading=True),
        Attachment(OID["running_view"], QUERY_TO_XML.oid, reading=True),
        Attachment(OID["typed"], TIDY, reading=True),
        Attachment(OID["stored"], 871, reading=False),
    ),
    operators=(OperatorRow("###", TIDY), OperatorRow("%%", TRIGRAM)),
    types=(
        TypeRow("public", "clean", TIDY),
        TypeRow("public", "typed", TIDY),
        TypeRow("pg_temp_3", "rough", RUN),
    ),
)
CATALOG = build_catalog(ROWS)
# The same, with a function that no check can follow when text calls it.
ASIDE_CATALOG = build_catalog(replace(ROWS, functions=(*FUNCTIONS, ASIDE_ROW)))

BASE = replace(BASE_PRODUCT, exempt=("log",))
BASE_SERVER = replace(SERVER, id="3" * 32, product="base")


def reached(sql: str, catalog: Catalog = CATALOG) -> Reach:
    """Return what the one statement of a text touches."""
    (statement,) = read_statements(sql).statements
    return reach(statement, catalog)


def names(relations: Iterable[Relation]) -> set[str]:
    """Return relations as words that can be compared: schema public is left out."""
    return {one.name if one.schema == "public" else f"{one.schema}.{one.name}" for one in relations}


# Alice has the one seat of product marketing; base is licensed for the whole server.
SEATED = compile_policy(
    [BASE, MARKETING, BASE_SERVER, replace(PERSONAL, seats=1)],
    [Grant("marketing", "alice", ISSUED), Grant("marketing", "carol", ISSUED + timedelta(days=1))],
)
# Product marketing is licensed as in SEATED; base is in demo mode.
HALF = compile_policy([BASE, MARKETING, PERSONAL], [Grant("marketing", "alice", ISSUED)])
# Nothing was uploaded but the description of the products.
DEMO = compile_policy([BASE, MARKETING], [])
# Everything is licensed for everybody.
FREE = compile_policy([BASE, MARKETING, BASE_SERVER, SERVER], [])
LATER = NOW + timedelta(days=400)
