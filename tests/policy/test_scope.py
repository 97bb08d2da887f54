"""What is visible where in a WITH clause."""

from pgtoll_policy.scope import NOWHERE


def test_a_query_sees_those_before_it() -> None:
    (first, second), after = NOWHERE.within(["a", "b"], recursive=False)
    assert not first.sees("a")
    assert second.sees("a")
    assert not second.sees("b")
    assert after.sees("a")
    assert after.sees("b")


def test_a_recursive_query_sees_all() -> None:
    scopes, after = NOWHERE.within(["a", "b"], recursive=True)
    assert all(scope.sees(name) for scope in [*scopes, after] for name in "ab")


def test_what_is_around_stays_visible() -> None:
    _, outer = NOWHERE.within(["a"], recursive=False)
    [inner], _ = outer.within(["b"], recursive=False)
    assert inner.sees("a")
    assert not inner.sees("b")
    assert not NOWHERE.sees("a")


def test_of_two_queries_of_one_name_the_first_counts() -> None:
    scopes, _ = NOWHERE.within(["a", "a"], recursive=False)
    assert [scope.sees("a") for scope in scopes] == [False, True]
