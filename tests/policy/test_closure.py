"""What can be reached in a directed graph."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgtoll_policy.closure import Closure, united
from pgtoll_policy.oids import Oids


@pytest.mark.parametrize(
    ("edges", "groups"),
    [
        ([[]], [{0}]),
        ([[1], [2], []], [{2}, {1}, {0}]),
        ([[1], [0], [0]], [{0, 1}]),
        ([[0]], [{0}]),
        ([[1, 2], [3], [3], [1]], [{1, 3}, {2}, {0}]),
        ([[1], [2], [0], [1]], [{0, 1, 2}]),
    ],
)
def test_groups_come_after_what_they_lead_to(
    edges: list[list[int]], groups: list[set[int]]
) -> None:
    found: list[set[int]] = []

    def whole(group: Sequence[int], behind: Sequence[bool]) -> bool:
        found.append(set(group))
        return True

    Closure(edges.__getitem__, whole).of(0)
    assert found == groups


def test_an_answer_is_worked_out_once() -> None:
    found: list[int] = []

    def whole(group: Sequence[int], behind: Sequence[int]) -> int:
        found.extend(group)
        return sum(behind) + 1

    closure = Closure([[1, 2], [2], [], [0]].__getitem__, whole)
    assert [closure.of(node) for node in (2, 0, 3, 0)] == [1, 4, 5, 4]
    assert found == [2, 1, 0, 3]


@given(
    st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=10, max_size=10),
    st.permutations(range(10)),
)
def test_united_is_what_can_be_walked_to(edges: list[list[int]], order: list[int]) -> None:
    closure = united(lambda node: Oids([node]), edges.__getitem__)
    for start in order:
        found, pending = {start}, [start]
        while pending:
            new = set(edges[pending.pop()]) - found
            found |= new
            pending += new
        assert set(closure.of(start)) == found


def test_a_long_chain_is_walked_without_recursion() -> None:
    many = 20_000
    closure = united(lambda node: Oids([node]), lambda node: [node + 1] if node < many else [])
    assert len(closure.of(0)) == many + 1
