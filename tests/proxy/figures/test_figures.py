"""Figures of several processes add up, but for those that do not."""

from collections import Counter

from pgtoll.figures.figures import BOUNDS, Figures, LicenseFigures, ProductFigures, Times, together

LICENSE = LicenseFigures("crm", "server", "L1", 12.5)
PRODUCT = ProductFigures("crm", "personal", 5, 2, 86_400.0)


def test_figures_of_two_are_added() -> None:
    one = Figures(workers=1, accepted=2, sessions=Counter(idle=3), licenses=(LICENSE,))
    other = Figures(workers=1, accepted=5, sessions=Counter(idle=1, active=1), licenses=(LICENSE,))
    both = together([one, other])
    assert (both.workers, both.accepted) == (2, 7)
    assert both.sessions == {"idle": 4, "active": 1}
    assert both.licenses == (LICENSE,)
    assert (one.accepted, one.sessions) == (2, {"idle": 3})  # nobody's own have changed


def test_the_age_of_the_policy_is_that_of_the_oldest() -> None:
    both = together([Figures(policy_age=3, policies=2), Figures(policy_age=9, policies=4)])
    assert (both.policy_age, both.policies) == (9, 4)


def test_what_all_processes_know_is_told_once() -> None:
    one = Figures(products=(PRODUCT,), program=("0.1", "compiled"), cap=1000, cpu=1.5)
    other = Figures(products=(PRODUCT,), program=("0.1", "compiled"), cap=1000, cpu=2.5)
    both = together([Figures(), one, other])
    assert (both.products, both.program, both.cap) == ((PRODUCT,), ("0.1", "compiled"), 1000)
    assert both.cpu == 4.0


def test_times_fall_below_their_bounds() -> None:
    times = Times()
    for seconds in (0.0001, BOUNDS[0], 0.3, 100):
        times.add(seconds)
    assert times.counts[0] == 2
    assert times.counts[-1] == 1
    assert sum(times.counts) == 4
    assert together([Figures(parse_times=times)] * 2).parse_times.counts[0] == 4


def test_nobody_has_done_nothing() -> None:
    assert together([]) == Figures()
