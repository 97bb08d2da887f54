"""What can be reached in a directed graph."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgtoll_policy.closure import components, members, united


@pytest.mark.parametrize(
    ("edges", "groups"),
    [
        ([], []),
        ([[]], [{0}]),
        ([[1], [2], []], [{2}, {1}, {0}]),
        ([[1], [0], [0]], [{0, 1}, {2}]),
        ([[0]], [{0}]),
        ([[1, 2], [3], [3], [1]], [{1, 3}, {2}, {0}]),
        ([[1], [2], [0], [1]], [{0, 1, 2}, {3}]),
    ],
)
def test_groups_come_after_what_they_lead_to(
    edges: list[list[int]], groups: list[set[int]]
) -> None:
    assert [set(group) for group in components(edges)] == groups


@given(st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=10, max_size=10))
def test_united_is_what_can_be_walked_to(edges: list[list[int]]) -> None:
    for start, bits in enumerate(united([1 << node for node in range(10)], edges)):
        found, pending = {start}, [start]
        while pending:
            new = set(edges[pending.pop()]) - found
            found |= new
            pending += new
        assert set(members(bits)) == found


def test_members_are_in_order() -> None:
    assert list(members(0)) == []
    assert list(members(1 << 70 | 0b1001)) == [0, 3, 70]


def test_a_long_chain_is_walked_without_recursion() -> None:
    many = 20_000
    found = united(
        [1 << node for node in range(many)], [[node + 1] for node in range(many - 1)] + [[]]
    )
    assert found[0].bit_count() == many
