"""What can be reached in a directed graph, worked out for a node when somebody asks about it.

Nodes that reach each other share one answer, and a node's answer is made of its neighbours'. So a
question about one corner of a large graph walks through that corner, once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from pgtoll_policy.oids import Oids

V = TypeVar("V")


class Closure(Generic[V]):
    """The answers about a graph that does not change; nodes are numbers.

    Threads may ask at once: they find the same, and it does not matter whose answer is kept.
    """

    def __init__(
        self,
        edges: Callable[[int], Collection[int]],
        whole: Callable[[Sequence[int], Sequence[V]], V],
    ) -> None:
        """`edges` gives the nodes that a node leads to; `whole` the answer of a group of nodes, in
        ascending order, by the answers of those that it leads to."""
        self._edges = edges
        self._whole = whole
        self._known: dict[int, V] = {}

    def of(self, node: int) -> V:
        """Return the answer of a node."""
        known = self._known
        if node not in known:
            edges: dict[int, Collection[int]] = {}
            for group in self._groups(node, edges):
                answer = self._whole(group, self._behind(group, edges))
                for one in group:
                    known[one] = answer
        return known[node]

    def _behind(self, group: list[int], edges: dict[int, Collection[int]]) -> list[V]:
        if len(group) == 1:
            ends: Iterable[int] = edges[group[0]]
        else:
            ends = {end for node in group for end in edges[node]}
        within = set(group)
        return [self._known[end] for end in sorted(ends) if end not in within]

    def _groups(self, root: int, edges: dict[int, Collection[int]]) -> Iterator[list[int]]:
        """Yield the groups of nodes behind one that reach each other and have no answer yet.

        A group comes after all that it leads to, and has its answer when the next is asked for.
        This is Tarjan's algorithm, with a stack of its own: chains are as long as hostile users
        like.
        """
        known = self._known
        order: dict[int, int] = {root: 0}
        lowest: dict[int, int] = {root: 0}
        waiting = [root]
        edges[root] = self._edges(root)
        path = [(root, iter(edges[root]))]
        while path:
            node, rest = path[-1]
            for follower in rest:
                if follower not in order:
                    if follower in known:
                        continue
                    order[follower] = lowest[follower] = len(order)
                    waiting.append(follower)
                    edges[follower] = self._edges(follower)
                    path.append((follower, iter(edges[follower])))
                    break
                if follower in lowest and lowest[follower] < lowest[node]:
                    lowest[node] = lowest[follower]
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                if lowest[node] == order[node]:
                    yield _taken(waiting, node, lowest)


def _taken(waiting: list[int], node: int, lowest: dict[int, int]) -> list[int]:
    """Take one finished group off the stack; nothing found later can lead back into it."""
    group: list[int] = []
    while not group or group[-1] != node:
        group.append(waiting.pop())
        del lowest[group[-1]]
    return sorted(group)


def united(own: Callable[[int], Oids], edges: Callable[[int], Collection[int]]) -> Closure[Oids]:
    """Return what gives for each node the union of its own set and those of all it leads to."""

    def whole(group: Sequence[int], behind: Sequence[Oids]) -> Oids:
        found = own(group[0])
        for node in group[1:]:
            found |= own(node)
        for one in behind:
            found |= one
        return found

    return Closure(edges, whole)
