"""Rows by the relations that they are of; one that was patched is one that was made anew."""

from dataclasses import fields

from catalog_samples import OID, ROWS, TIDY
from hypothesis import given
from hypothesis import strategies as st

from pgtoll_policy.directory import FOREIGN, TEMPORARY, UPKEPT, Directory
from pgtoll_policy.facts import Name
from pgtoll_policy.rows import (
    Attachment,
    CatalogRows,
    ForeignKey,
    IndexRow,
    PinRow,
    RelationRow,
)

SHOP = Directory.of(ROWS)
OIDS = st.integers(1, 6)
PAIRS = st.frozensets(st.tuples(OIDS, OIDS), max_size=3)


@st.composite
def parts(draw: st.DrawFn, oids: st.SearchStrategy[int] = OIDS) -> CatalogRows:
    """Rows of one relation, whatever they may be."""
    oid = draw(oids)
    ends = [(oid, end) for end in draw(st.sets(OIDS, max_size=3))]
    row = RelationRow(oid, "s", draw(st.sampled_from("ab")), draw(st.sampled_from("rvfS")))
    return CatalogRows(
        relations=(row._replace(temporary=draw(st.booleans())),),
        inheritance=tuple(ends),
        views=tuple(ends[:1]),
        owned=tuple(ends[1:]),
        keys=tuple(ForeignKey(child, parent) for child, parent in ends),
        attached=tuple(Attachment(oid, end, False, draw(st.booleans())) for _, end in ends),
        indexes=(IndexRow("s", draw(st.sampled_from("ij")), oid, 100 + oid),),
    )


@given(st.data())
def test_a_patched_one_is_one_made_anew(data: st.DataObject) -> None:
    before = {oid: data.draw(parts(st.just(oid))) for oid in range(1, 5)}
    after = {oid: data.draw(parts(st.just(oid))) for oid in data.draw(st.sets(OIDS))}
    gone = data.draw(st.sets(st.sampled_from(sorted(before)))) | (before.keys() & after.keys())
    patched = _directory(*before.values()).patched([before[oid] for oid in gone], after.values())
    left = [part for oid, part in before.items() if oid not in gone]
    assert patched == _directory(*left, *after.values())


def _directory(*parts: CatalogRows) -> Directory:
    return Directory.of(CatalogRows()).patched((), parts)


def test_it_is_looked_up_from_both_sides() -> None:
    assert SHOP.children[OID["parent"]] == (OID["child"],)
    assert SHOP.parents[OID["child"]] == (OID["parent"],)
    (key,) = SHOP.refers[OID["note"]]
    assert SHOP.referred[OID["contact"]] == (key,)
    assert SHOP.is_parent(OID["parent"])
    assert not SHOP.is_parent(OID["event"])  # that is a partitioned table
    assert not SHOP.is_parent(OID["child"])


def test_a_name_may_mean_several() -> None:
    assert set(SHOP.named(Name("", "contact"))) == {OID["contact"], 16601}
    assert SHOP.named(Name("archive", "contact")) == [16601]
    assert SHOP.named(Name("pg_temp", "scratch")) == [16602]
    assert SHOP.named(Name("", "nothing")) == []


def test_what_is_looked_for_is_marked() -> None:
    kept = Attachment(1, TIDY, reading=False, upkeep=True)
    rows = CatalogRows(relations=(RelationRow(1, "s", "far", "f", True),), attached=(kept,))
    marked = Directory.of(rows).marked
    assert marked == {FOREIGN: (1,), TEMPORARY: (1,), UPKEPT: (1,)}


def test_pins_are_replaced_as_a_whole() -> None:
    pinned = SHOP.pinned([PinRow(1, "sales"), PinRow(1, "marketing")])
    assert pinned.pins == {1: frozenset({"sales", "marketing"})}
    assert pinned.pinned(()) == SHOP
    assert {one.name for one in fields(Directory) if getattr(SHOP, one.name)} >= {"views", "rules"}
