"""Pictures stay inside their frame, whatever the numbers are."""

from datetime import date, timedelta

import pytest

from pgtoll.report.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    extent,
    level,
    lines,
    nice,
    share,
    stacks,
)

FIRST, LAST = date(2026, 1, 1), date(2026, 4, 1)
DAYS = [FIRST + timedelta(days=at) for at in range(91)]


def test_lines_stay_inside_and_end_where_the_last_day_is() -> None:
    chart = lines({"rows": [(day, float(at * 11)) for at, day in enumerate(DAYS)]}, FIRST, LAST)
    (line,) = chart.lines
    places = [tuple(map(float, point.split(","))) for point in line.points.split()]
    assert all(LEFT <= x <= WIDTH - RIGHT and TOP <= y <= HEIGHT - BOTTOM for x, y in places)
    assert (line.x, places[0][1]) == (WIDTH - RIGHT, HEIGHT - BOTTOM)
    assert [chart.across[0].text, chart.across[-1].text] == ["2026-01-01", "2026-04-01"]
    assert level(chart, chart.most) == TOP


def test_one_day_alone_is_a_stroke_and_none_is_nothing() -> None:
    chart = lines({"a": [(LAST, 0.0)], "b": []}, FIRST, LAST)
    assert [one.name for one in chart.lines] == ["a"]
    assert len(chart.lines[0].points.split()) == 2
    assert lines({"a": [(FIRST, 5.0)]}, FIRST, FIRST).lines[0].x > LEFT


def test_pieces_of_a_bar_stand_on_each_other() -> None:
    days = {LAST: {"a": 3, "b": 5}, FIRST: {"b": 1}}
    bars = stacks(days, ["a", "b"], FIRST, LAST).bars
    assert [one.words for one in bars] == [
        "2026-01-01: 1 of b",
        "2026-04-01: 3 of a",
        "2026-04-01: 5 of b",
    ]
    lower, upper = bars[1], bars[2]
    assert upper.y + upper.height == pytest.approx(lower.y, abs=0.02)
    assert max(one.x + one.width for one in bars) <= WIDTH - RIGHT


@pytest.mark.parametrize(("number", "step"), [(0, 1), (1, 1), (3, 5), (11, 20), (70_000, 100_000)])
def test_steps_are_round_numbers(number: float, step: float) -> None:
    assert nice(number) == step


def test_a_span_is_cut_at_the_edges() -> None:
    whole = extent(FIRST - timedelta(days=9), LAST + timedelta(days=9), FIRST, LAST)
    assert (whole.start, whole.width, whole.cut) == (0, 100, True)
    assert extent(FIRST, FIRST, FIRST, LAST).width > 0
    gone = extent(FIRST - timedelta(days=9), FIRST - timedelta(days=5), FIRST, LAST)
    assert (gone.start, gone.width) == (0, 0.4)


def test_shares_are_percents() -> None:
    assert (share(1, 4), share(9, 4), share(1, 0)) == (25, 100, 0)
