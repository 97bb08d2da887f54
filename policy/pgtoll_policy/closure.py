"""What can be reached in a directed graph, worked out once for all nodes.

Nodes that reach each other share one answer, and a node's answer is made of its neighbours'. Sets
are numbers here, a bit for each member: ten thousand of them are united in a microsecond.
"""

from collections.abc import Collection, Iterator, Sequence

Edges = Sequence[Collection[int]]  # by node, the nodes that it leads to


def components(edges: Edges) -> Iterator[list[int]]:
    """Return the groups of nodes that reach each other; a group comes after all that it leads to.

    This is Tarjan's algorithm, with a stack of its own: chains are as long as hostile users like.
    Most nodes lead nowhere: those are groups by themselves, and never wait.
    """
    order = [0] * len(edges)  # 0: not seen yet
    lowest = [0] * len(edges)
    done = len(edges) + 1
    waiting: list[int] = []
    seen = 0
    for root, ends in enumerate(edges):
        if order[root]:
            continue
        seen += 1
        if not ends:
            order[root], lowest[root] = seen, done
            yield [root]
            continue
        path = [(root, iter(ends))]
        order[root] = lowest[root] = seen
        waiting.append(root)
        while path:
            node, rest = path[-1]
            for follower in rest:
                if not order[follower]:
                    seen += 1
                    if not edges[follower]:
                        order[follower], lowest[follower] = seen, done
                        yield [follower]
                        continue
                    order[follower] = lowest[follower] = seen
                    waiting.append(follower)
                    path.append((follower, iter(edges[follower])))
                    break
                if lowest[follower] < lowest[node]:
                    lowest[node] = lowest[follower]
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    if lowest[node] < lowest[above]:
                        lowest[above] = lowest[node]
                if lowest[node] == order[node]:
                    yield _taken(waiting, node, lowest)


def _taken(waiting: list[int], node: int, lowest: list[int]) -> list[int]:
    """Take one finished group off the stack; nothing found later can lead back into it."""
    group: list[int] = []
    while not group or group[-1] != node:
        group.append(waiting.pop())
        lowest[group[-1]] = len(lowest) + 1
    return group


def united(own: Sequence[int], edges: Edges) -> list[int]:
    """Return for each node the union of its own set and those of all nodes it leads to."""
    found = list(own)
    for group in components(edges):
        bits = 0
        for node in group:
            bits |= own[node]
            for follower in edges[node]:
                bits |= found[follower]
        for node in group:
            found[node] = bits
    return found


def members(bits: int) -> Iterator[int]:
    """Return the members of a set, in ascending order."""
    for start, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        if byte:
            yield from (start * 8 + at for at in range(8) if byte >> at & 1)
