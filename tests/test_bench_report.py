"""What the benchmark says and draws, what it plans, and what its command line means."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from bench.drawing import Picture, Scale, scale
from bench.figures import Spread
from bench.options import KEPT, PASSING, options_of
from bench.plan import Plan, known_targets
from bench.plots import draw
from bench.report import brief, number, spelled, whole
from bench.results import Results, Subject
from bench.samples import Failure, Idle, Sample, latencies
from bench.targets import WAYS
from bench.workloads import WORKLOADS

PLOTS = {"cpu.svg", "cpu-ratios.svg", "throughput.svg", "latency.svg", "idle.svg"}
NAMES = ("direct", "haproxy", "pgbouncer", "licensed")
CPU = {"direct": 0.0, "haproxy": 0.018, "pgbouncer": 0.02, "licensed": 0.03}


def results() -> Results:
    """Two rounds of one workload on four paths."""
    found = Results(
        surroundings={"machine": "a <fast> machine", "commit": "abc", "build": "pure"},
        settings={"rounds": 2, "seconds": 1, "idle": 1000},
        began="2026-01-01 12:00",
        workloads={"select-prepared-8": Subject("pgbench -S, prepared", "query", 8)},
        targets={name: WAYS[name].title for name in NAMES},
        expected=10,
    )
    times = latencies([0.1 * ms for ms in range(1, 5001)])
    for number_ in (1, 2):
        for name in NAMES:
            cpu = CPU[name] * number_
            one = Sample("select-prepared-8", name, number_, 1000, 1.0, cpu / 3, cpu / 3, times)
            found.add(one)
    found.add(Idle("pgbouncer", 1, 500, 550))
    found.add(Idle("licensed", 1, 500, 6400))
    return found


def details() -> str:
    return whole(results()).partition("## Each workload")[2]


def table(text: str, begins: str) -> list[str]:
    """Return the cells of the first row that begins so."""
    row = next(line for line in text.splitlines() if line.startswith(f"| {begins}"))
    return [cell.strip() for cell in row.strip("|").split("|")]


# Tables


def test_a_path_is_told_with_its_cpu_time_and_the_ratio_to_pgbouncer() -> None:
    text = details()
    row = table(text, "licensed ")
    assert row[1] == "30.0 (20.0–40.0)"
    assert row[4] == "1.50"
    assert table(text, "pgbouncer ")[4] == "–"


def test_the_latency_of_a_direct_connection_is_told_itself_and_that_of_others_added() -> None:
    text = details()
    assert table(text, "direct ")[6] == "[250.00]"
    assert table(text, "licensed ")[6] == "0.000"


def test_goals_stand_last_on_the_terminal_and_first_in_the_file() -> None:
    assert brief(results()).splitlines()[-1].startswith("| kB of an idle connection")
    text = whole(results())
    assert text.index("## Goals") < text.index("## To PgBouncer")


def test_a_goal_that_is_missed_is_said_to_be() -> None:
    text = brief(results())
    assert table(text, "CPU per query, pgbench -S prepared")[1:] == [
        "≤ 1.00",
        "1.50",
        "NOT REACHED",
    ]
    assert table(text, "kB of an idle connection")[1:] == ["≤ 20.0", "12.8", "reached"]
    assert table(text, "CPU per query, pgbench -S simple")[-1] == "not measured"


def test_what_did_not_run_is_listed_with_its_reason() -> None:
    found = results()
    found.add(Failure("orm", "demo", "connection refused"))
    assert table(brief(found), "orm") == ["orm", "demo", "connection refused"]


def test_a_run_that_was_cut_short_says_so() -> None:
    found = results()
    assert "Not complete" not in brief(found)
    found.samples.pop()
    assert "Not complete: 9 of 10 runs." in brief(found)


def test_a_spread_of_equal_values_is_told_once() -> None:
    assert spelled(Spread(1.0, 1.0, 1.0, 5), number) == "1.00"
    assert spelled(Spread(1.5, 1.0, 2.0, 5), number) == "1.50 (1.00–2.00)"
    assert spelled(Spread(0.0, -1.0, 2.0, 5), number) == "0.00 (-1.00 to 2.00)"
    assert spelled(None, number) == "–"


def test_numbers_have_three_digits_that_count() -> None:
    assert [number(value) for value in (12345.6, 123.4, 12.34, 1.234, -45.67)] == [
        "12,346",
        "123",
        "12.3",
        "1.23",
        "-45.7",
    ]


# Plots


def test_all_plots_are_drawn_and_can_be_read(tmp_path: Path) -> None:
    draw(results(), tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == PLOTS
    for file in tmp_path.iterdir():
        assert ElementTree.parse(file).getroot().tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314


def test_plots_without_figures_are_not_drawn_and_old_ones_are_gone(tmp_path: Path) -> None:
    draw(results(), tmp_path)
    nothing = results()
    nothing.samples, nothing.idle = [], []
    draw(nothing, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_words_of_others_are_no_markup(tmp_path: Path) -> None:
    draw(results(), tmp_path)
    assert "a &lt;fast&gt; machine" in (tmp_path / "cpu.svg").read_text()


def test_a_value_is_where_the_scale_has_it() -> None:
    assert Scale(0, 10, 100, 200).at(5) == 150
    assert Scale(1, 100, 0, 100, log=True).at(10) == 50


def test_a_value_beyond_the_scale_is_at_its_end() -> None:
    assert Scale(0, 10, 100, 200).at(50) == 200
    assert Scale(1, 100, 0, 100, log=True).at(0) == 0


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("values", [[0.5, 2.0], [3.0, 3.1], [0.01, 400.0], [7.0], []])
def test_a_scale_has_room_for_all_values_and_some_ticks(values: list[float], log: bool) -> None:
    found = scale(values, 0, 100, log=log)
    assert all(found.low < value < found.high for value in values)
    assert len(found.ticks()) <= 10


def test_a_picture_says_what_it_shows() -> None:
    text = Picture(100, 50, "Costs", "here").svg()
    assert "<title>Costs</title>" in text
    assert 'role="img"' in text


# Plans


def plan(*, rounds: int = 3, targets: tuple[str, ...] = NAMES) -> Plan:
    return Plan(WORKLOADS[:2], targets, rounds, 1.0, 1000, whole=False)


def test_each_round_takes_every_path_of_a_workload_in_turn() -> None:
    turns = [(one.name, target) for one, target in plan().turns(1)]
    assert sorted(turns) == sorted((one.name, name) for one in WORKLOADS[:2] for name in NAMES)
    assert [name for name, _ in turns] == [one.name for one in WORKLOADS[:2] for _ in NAMES]


def test_a_path_is_first_once_in_as_many_rounds_as_there_are_paths() -> None:
    first = [next(iter(plan().turns(number)))[1] for number in range(4)]
    assert sorted(first) == sorted(NAMES)


def test_many_clients_run_longer_for_they_all_have_to_log_in() -> None:
    found = options_of(["--seconds", "3"]).plan
    seconds = {one.name: found.seconds_of(one) for one in found.workloads}
    assert seconds["select-simple-1"] == 3
    assert seconds["select-simple-64"] == 6


def test_what_goals_for_a_query_go_by_runs_longer() -> None:
    found = options_of(["--seconds", "2"]).plan
    seconds = {one.name: found.seconds_of(one) for one in found.workloads}
    assert (seconds["select-simple-8"], seconds["orm"]) == (6, 2)


def test_rivals_have_room_for_the_workload_with_most_clients() -> None:
    assert options_of([]).plan.clients == 64
    assert options_of(["--workloads", "select-*-8"]).plan.clients == 8


def test_special_paths_see_only_what_they_are_there_for() -> None:
    found = plan(targets=("pgbouncer", "licensed-2"))
    assert [found.targets_of(one) for one in WORKLOADS if one.name.startswith("select-simple")] == [
        ["pgbouncer"]
    ] * 3
    pair = next(one for one in WORKLOADS if one.name == "select-prepared-8")
    assert found.targets_of(pair) == ["pgbouncer", "licensed-2"]


def test_a_whole_run_is_kept_and_others_are_not() -> None:
    assert options_of([]).out == KEPT
    assert options_of(["--rounds", "9"]).out == KEPT
    assert options_of(["--quick"]).out == PASSING
    assert options_of(["--megabytes", "1024"]).out == PASSING
    assert options_of(["--workloads", "select-*"]).out == PASSING
    assert options_of(["--idle", "0"]).out == PASSING


def test_a_pattern_chooses_workloads() -> None:
    found = options_of(["--workloads", "select-simple-*,copy-out", "--targets", "licensed,direct"])
    assert {one.name for one in found.plan.workloads} == {
        "select-simple-1",
        "select-simple-8",
        "select-simple-64",
        "copy-out",
    }
    assert found.plan.targets == ["direct", "licensed"]


def test_a_copy_may_be_larger() -> None:
    (found,) = options_of(["--workloads", "copy-in", "--megabytes", "1024"]).plan.workloads
    assert found.title == "COPY of 1024 MB in"


def test_idle_clients_can_be_measured_alone() -> None:
    found = options_of(["--workloads", "none", "--idle", "5000", "--targets", "licensed"])
    assert found.plan.workloads == []
    assert found.plan.idle_targets == ["licensed"]


@pytest.mark.parametrize("wrong", [["--workloads", "nosuch"], ["--targets", "direct,nosuch"]])
def test_an_unknown_name_ends_the_program(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        options_of(wrong)
    assert "nosuch" in capsys.readouterr().err


def test_results_that_are_read_stay_where_they_are() -> None:
    assert options_of(["--read", "elsewhere/latest.json"]).out == Path("elsewhere")


def test_every_path_has_a_title() -> None:
    assert set(known_targets()) <= set(WAYS)
