"""The nodes of the graph of what leads to what, as numbers: relations in each way, then functions.

A relation may be read or changed in several ways, a function can only be called.
"""

# Rows arrive that are inserted, and that come from another partition; who empties a table may empty
# all that refer to it. What is read ALONE is read without the tables below it.
READ, INSERT, ARRIVE, UPDATE, DELETE, TRUNCATE, EMPTY, UPKEEP, ALONE = WAYS = range(9)
CHANGES = (ARRIVE, UPDATE, DELETE, TRUNCATE)

_SPREAD = 16  # nodes for each relation: more than there are ways
_FUNCTIONS = _SPREAD << 32  # behind those of all relations that there can be


def node_of(oid: int, way: int) -> int:
    """Return the node of a relation for one way."""
    return _SPREAD * oid + way


def relation_of(node: int) -> tuple[int, int]:
    """Return the relation and the way that a node is for."""
    return divmod(node, _SPREAD)


def function_node(oid: int) -> int:
    """Return the node of a function."""
    return _FUNCTIONS + oid


def function_of(node: int) -> int | None:
    """Return the function that a node is for, None if it is a relation's."""
    return node - _FUNCTIONS if node >= _FUNCTIONS else None
