"""Which relations are a product's from now on, whatever they are renamed to.

A relation is pinned when a product names it. Copies and parts of such relations are pinned to the
same product: materialized views, children and partitions, sequences.
"""

from pgtoll_policy.catalog import Catalog
from pgtoll_policy.documents import BASE
from pgtoll_policy.policy import Pin, Policy
from pgtoll_policy.relations import Relation


def new_pins(catalog: Catalog, policy: Policy) -> tuple[Pin, ...]:
    """Return the pins that are missing, in a stable order."""
    own = {oid: _own(relation, policy) for oid, relation in catalog.relations.items()}
    missing = (
        (oid, product)
        for oid, relation in catalog.relations.items()
        if not relation.temporary
        for product in own[oid].union(
            *(own[other.oid] for other in catalog.of_bits(relation.follows))
        )
        - relation.products
    )
    return tuple(Pin(oid, product) for oid, product in sorted(missing))


def _own(relation: Relation, policy: Policy) -> frozenset[str]:
    """Return the products that a relation is pinned to, or else those that name it."""
    if relation.products or relation.temporary:
        return relation.products
    return policy.products_of(relation.schema, relation.name) - {BASE}
