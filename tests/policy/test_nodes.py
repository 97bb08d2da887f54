"""The numbers of nodes: no two are the same, and each says what it is for."""

from hypothesis import given
from hypothesis import strategies as st

from pgtoll_policy.nodes import WAYS, function_node, function_of, node_of, relation_of

OIDS = st.integers(1, (1 << 32) - 1)


@given(OIDS, st.sampled_from(WAYS), OIDS)
def test_a_node_says_what_it_is_for(oid: int, way: int, function: int) -> None:
    assert relation_of(node_of(oid, way)) == (oid, way)
    assert function_of(node_of(oid, way)) is None
    assert function_of(function_node(function)) == function
