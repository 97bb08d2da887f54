"""The tables of docs/capacity.md are those that bench/capacity.py makes of what was measured."""

from dataclasses import replace

import pytest
from bench import capacity
from bench.capacity import BEGIN, END, PAGE, page, tables
from bench.model import LATEST
from bench.results import BadResults, read


def test_the_page_has_what_was_measured() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    assert page(text, read(LATEST)) == text, "run python -m bench.capacity --write"


def test_what_was_not_measured_is_left_out_or_refused() -> None:
    results = read(LATEST)
    few = replace(results, samples=[one for one in results.samples if one.workload != "orm"])
    assert "| a statement of an ORM" in tables(few)
    with pytest.raises(BadResults, match="no prepared SELECT"):
        tables(replace(results, samples=[]))
    with pytest.raises(BadResults, match="no idle clients"):
        tables(replace(results, idle=[]))


def test_it_prints_the_tables(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["capacity"])
    assert capacity.main() == 0
    assert capsys.readouterr().out.strip() == tables(read(LATEST)).strip()
