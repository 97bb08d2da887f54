"""Sets of object ids, held against sets."""

from hypothesis import given
from hypothesis import strategies as st

from pgtoll_policy.oids import NO_OIDS, Oids

# Near each other and far apart, up to the highest that there can be.
OIDS = st.sets(st.integers(0, 1200) | st.integers(0, (1 << 32) - 1), max_size=20)


@given(OIDS, OIDS)
def test_they_add_up_like_sets(left: set[int], right: set[int]) -> None:
    one, other = Oids(left), Oids(right)
    assert list(one | other) == sorted(left | right)
    assert list(one & other) == sorted(left & right)
    assert list(one - other) == sorted(left - right)
    assert (one == other, bool(one), len(one)) == (left == right, bool(left), len(left))
    assert (list(one), list(other)) == (sorted(left), sorted(right))  # they have not changed


@given(OIDS)
def test_what_is_equal_hashes_alike(oids: set[int]) -> None:
    assert hash(Oids(oids)) == hash(Oids(sorted(oids)) | NO_OIDS)
    assert all(oid in Oids(oids) for oid in oids)
    assert 4711 in Oids(oids) or 4711 not in oids


def test_a_union_with_what_is_in_it_is_the_same_set() -> None:
    large = Oids(range(16_384, 20_000))
    assert large | Oids([17_000]) is large
    assert Oids([17_000]) | large is large
    assert large | NO_OIDS is large
    assert NO_OIDS | large is large


def test_it_shows_what_is_in_it() -> None:
    assert repr(Oids([3, 1])) == "Oids([1, 3])"
    assert Oids([1]) != {1}
