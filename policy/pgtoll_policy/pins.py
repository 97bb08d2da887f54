"""Which relations are a product's from now on, whatever they are renamed to.

A relation is pinned when a product names it. Copies and parts of such relations are pinned to the
same product: materialized views, children and partitions, sequences.
"""

from collections.abc import Iterable

from pgtoll_policy.catalog import Catalog
from pgtoll_policy.directory import Directory
from pgtoll_policy.documents import BASE
from pgtoll_policy.policy import Pin, Policy
from pgtoll_policy.relations import NO_PRODUCTS


def new_pins(
    catalog: Catalog, policy: Policy, oids: Iterable[int] | None = None
) -> tuple[Pin, ...]:
    """Return the pins that are missing, in a stable order: of all relations, or of some."""
    directory = catalog.directory
    missing = (
        (oid, product)
        for oid in (directory.relations if oids is None else oids)
        if not directory.relations[oid].temporary
        for product in _due(oid, catalog, policy) - directory.pins.get(oid, NO_PRODUCTS)
    )
    return tuple(Pin(oid, product) for oid, product in sorted(missing))


def _due(oid: int, catalog: Catalog, policy: Policy) -> frozenset[str]:
    """Return the products of a relation and of those that it follows."""
    own = _own(oid, catalog.directory, policy)
    return own.union(
        *(_own(one, catalog.directory, policy) for one in catalog.relations.follows(oid))
    )


def _own(oid: int, directory: Directory, policy: Policy) -> frozenset[str]:
    """Return the products that a relation is pinned to, or else those that name it."""
    row, pinned = directory.relations[oid], directory.pins.get(oid, NO_PRODUCTS)
    if pinned or row.temporary:
        return pinned
    return policy.products_of(row.schema, row.name) - {BASE}
