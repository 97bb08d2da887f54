"""The sums of the benchmark: from samples to medians, spreads, ratios, goals and comparisons."""

from dataclasses import replace
from pathlib import Path

import pytest
from bench.comparing import by_chance, compared, differences
from bench.figures import (
    Spread,
    added,
    figures,
    idle,
    ratios,
    series,
    spread,
    to_yardstick,
)
from bench.goals import GOALS, Goal
from bench.results import BadResults, Results, Subject, read, write
from bench.samples import SHARES, Failure, Idle, Sample, latencies

MS = tuple(float(number) for number in range(1, 1001))  # a thousand transactions


def sample(target: str, number: int = 1, *, cpu: float = 0.0, rate: float = 1000) -> Sample:
    """One second of a workload; `cpu` is what the programs in between used in it."""
    used = cpu / 4, cpu * 3 / 4
    return Sample("select-prepared-8", target, number, round(rate), 1.0, *used)


def results(*samples: Sample) -> Results:
    return Results(
        surroundings={"machine": "a machine", "commit": "abc", "build": "pure"},
        settings={"rounds": 2, "seconds": 1, "idle": 1000},
        began="2026-01-01 12:00",
        workloads={"select-prepared-8": Subject("pgbench -S", "query", 8)},
        targets={name: name for name in ("direct", "pgbouncer", "licensed")},
        expected=len(samples),
        samples=list(samples),
    )


# Samples


def test_cpu_time_is_told_in_microseconds_for_each_unit() -> None:
    one = sample("licensed", cpu=0.02, rate=1000)
    assert (one.cpu(), one.cpu_user(), one.cpu_system()) == pytest.approx((20.0, 5.0, 15.0))


def test_a_path_without_a_program_has_no_cpu_time() -> None:
    assert sample("direct").cpu() is None


def test_units_are_counted_for_the_seconds_of_the_load() -> None:
    assert replace(sample("direct", rate=500), seconds=2.0).rate() == 250


def test_a_share_is_the_least_time_within_which_so_many_were_done() -> None:
    found = latencies(MS)
    assert found is not None
    assert (found.at(0.5), found.at(0.99), found.at(1.0)) == (500, 990, 1000)


def test_of_a_hundred_transactions_nobody_knows_the_slowest_of_a_thousand() -> None:
    found = latencies(MS[:100])
    assert found is not None
    assert found.at(0.99) == 99
    assert found.at(0.999) is None


def test_the_order_in_which_transactions_ended_is_of_no_matter() -> None:
    assert latencies(MS[::-1]) == latencies(MS)


def test_what_was_not_timed_has_no_latency() -> None:
    assert latencies(()) is None
    assert sample("direct").latency(0.5) is None


def test_hits_are_told_in_percent_where_there_is_a_cache() -> None:
    assert replace(sample("licensed"), known=3, looked_for=4).hits() == 75
    assert sample("direct").hits() is None


# Figures


def test_a_spread_is_the_median_with_the_least_and_the_most() -> None:
    assert spread([3.0, 1.0, 10.0]) == Spread(3.0, 1.0, 10.0, 3)
    assert spread([]) is None


def test_ratios_compare_within_a_round_and_not_their_medians() -> None:
    found = results(
        sample("pgbouncer", 1, cpu=0.01),
        sample("pgbouncer", 2, cpu=0.04),
        sample("licensed", 1, cpu=0.02),
        sample("licensed", 2, cpu=0.02),
    )
    assert to_yardstick(found, "select-prepared-8", "licensed", "CPU") == {1: 2.0, 2: 0.5}


def test_a_round_that_only_one_of_two_has_is_left_out() -> None:
    assert ratios({1: 4.0, 2: 9.0}, {2: 3.0, 3: 1.0}) == {2: 3.0}


def test_nothing_is_divided_by_zero() -> None:
    assert ratios({1: 4.0}, {1: 0.0}) == {}


def test_added_latency_is_what_is_more_than_directly_in_the_same_round() -> None:
    direct = replace(sample("direct"), latencies=latencies(MS))
    slower = replace(sample("licensed"), latencies=latencies([ms + 7 for ms in MS]))
    found = results(direct, slower)
    assert added(found, "select-prepared-8", "licensed", "p99") == {1: 7.0}


def test_a_measure_that_was_not_taken_has_no_series() -> None:
    assert series(results(sample("direct")), "select-prepared-8", "direct", "CPU") == {}


def test_direct_is_added_to_nothing_and_pgbouncer_is_no_multiple_of_itself() -> None:
    names = {
        (target, what)
        for _, target, what in figures(results(sample("direct"), sample("pgbouncer")))
    }
    assert ("direct", "rate") in names
    assert ("direct", "added p50") not in names
    assert ("pgbouncer", "rate x PgBouncer") not in names


def test_idle_clients_are_figures_as_well() -> None:
    found = results()
    found.add(Idle("licensed", 1, clients=500, kilobytes=5000))
    found.add(Idle("licensed", 2, clients=500, kilobytes=6000))
    assert idle(found, "licensed") == Spread(11.0, 10.0, 12.0, 2)
    assert figures(found)["idle", "licensed", "kB per client"].median == 11.0


# Goals


def goal(words: str) -> Goal:
    return next(one for one in GOALS if words in one.title)


def test_a_goal_for_cpu_time_is_a_ratio_to_pgbouncer() -> None:
    found = results(sample("pgbouncer", cpu=0.02), sample("licensed", cpu=0.03))
    value = goal("pgbench -S prepared").value(found)
    assert value is not None
    assert value.median == pytest.approx(1.5)
    assert not goal("pgbench -S prepared").reached(value)


def test_what_is_printed_as_the_bound_has_reached_it() -> None:
    one = goal("pgbench -S prepared")
    assert one.words == "≤ 1.00"
    assert one.reached(Spread(1.004, 1.0, 1.1, 3))
    assert not one.reached(Spread(1.006, 1.0, 1.1, 3))


def test_some_goals_are_reached_from_below() -> None:
    one = goal("two workers")
    assert one.words == "≥ 1.00"
    assert one.reached(Spread(1.2, 1.0, 1.3, 3))
    assert not one.reached(Spread(0.9, 0.8, 1.3, 3))


def test_work_for_a_cpu_second_is_more_where_a_unit_costs_less() -> None:
    found = results(
        *(
            replace(sample(target, cpu=cpu), workload="copy-out")
            for target, cpu in (("pgbouncer", 0.03), ("licensed", 0.02))
        )
    )
    value = goal("COPY out").value(found)
    assert value is not None
    assert value.median == pytest.approx(1.5)


def test_latency_below_that_of_a_direct_connection_is_no_negative_ratio() -> None:
    found = results(
        *(
            replace(sample(target), latencies=latencies([ms + more for ms in MS]))
            for target, more in (("direct", 5), ("pgbouncer", 10), ("licensed", 0))
        )
    )
    value = goal("added p99").value(found)
    assert value is not None
    assert value.median == 0


def test_a_goal_without_figures_is_not_measured() -> None:
    assert [one.value(results()) for one in GOALS] == [None] * len(GOALS)


# Files and comparisons


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    found = results(replace(sample("licensed", cpu=0.5), latencies=latencies(MS)))
    found.add(Idle("licensed", 1, 1000, 1234.5))
    found.add(Failure("orm", "demo", "it was refused"))
    write(found, tmp_path / "latest.json")
    assert read(tmp_path / "latest.json") == found


@pytest.mark.parametrize("text", ["", "{}", '{"format": 1}', '{"format": 99}'])
def test_a_file_that_is_not_ours_is_told_from_one_that_is(tmp_path: Path, text: str) -> None:
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(BadResults, match=r"other\.json"):
        read(tmp_path / "other.json")


def test_results_are_complete_when_all_that_was_planned_is_there() -> None:
    found = results(sample("direct"))
    assert found.complete
    found.expected = 2
    assert not found.complete


def runs(*cpu: float) -> Results:
    return results(*(sample("licensed", number, cpu=each) for number, each in enumerate(cpu)))


def test_a_median_within_the_earlier_spread_agrees() -> None:
    [one] = [one for one in differences(runs(0.01, 0.03), runs(0.01, 0.02)) if one.key[2] == "CPU"]
    assert one.agrees
    assert not one.apart


def test_spreads_that_have_nothing_in_common_are_apart() -> None:
    text = compared(runs(0.01, 0.02), runs(0.03, 0.04))
    row = next(line for line in text.splitlines() if "| CPU  " in line)
    assert "apart" in row
    assert "15.0 (10.0–20.0)" in row
    assert "35.0 (30.0–40.0)" in row


def test_two_runs_that_agree_have_no_table_of_differences() -> None:
    assert "outside of the earlier spread:" not in compared(runs(0.01, 0.02), runs(0.01, 0.02))


@pytest.mark.parametrize(("rounds", "share"), [(1, 1.0), (3, 0.4), (5, 1 / 6)])
def test_chance_alone_puts_some_medians_outside(rounds: int, share: float) -> None:
    assert by_chance(rounds, rounds) == pytest.approx(share)


def test_the_shares_that_figures_ask_for_are_kept() -> None:
    assert {0.5, 0.99, 0.999} <= set(SHARES)
