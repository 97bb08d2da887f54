"""The dashboard is one that any Grafana takes: it has no ids and no data source of anybody's."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

GRAFANA = Path(__file__).parents[1] / "docker" / "grafana"
KINDS = {"row", "stat", "timeseries", "table"}
WIDTH = 24  # of Grafana's grid

Board = dict[str, Any]


@pytest.fixture(scope="module")
def board() -> Board:
    """The dashboard."""
    read: Board = json.loads((GRAFANA / "pgtoll.json").read_text())
    return read


def drawn(board: Board) -> list[Board]:
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def test_it_can_be_imported_anywhere(board: Board) -> None:
    assert (board["id"], board["uid"], board["title"]) == (None, "pgtoll", "pgtoll")
    assert board["schemaVersion"] >= 36
    assert board["annotations"]["list"] == board["links"] == []
    first, *others = board["templating"]["list"]
    assert (first["name"], first["type"], first["query"]) == (
        "datasource",
        "datasource",
        "prometheus",
    )
    assert [one["name"] for one in others] == ["job", "instance"]


def test_every_query_goes_to_the_data_source_that_is_chosen(board: Board) -> None:
    chosen = {"type": "prometheus", "uid": "${datasource}"}
    asked = [one for panel in drawn(board) for one in (panel, *panel["targets"])]
    asked += board["templating"]["list"][1:]
    assert [one["datasource"] for one in asked] == [chosen] * len(asked)


def test_every_query_is_of_the_proxies_that_are_chosen(board: Board) -> None:
    for panel in drawn(board):
        for target in panel["targets"]:
            assert target["expr"].count("{job=~") == target["expr"].count("{")
            assert 'job=~"$job",instance=~"$instance"' in target["expr"], panel["title"]


def test_every_panel_says_what_it_shows(board: Board) -> None:
    assert {panel["type"] for panel in board["panels"]} == KINDS
    for panel in drawn(board):
        assert panel["title"]
        assert panel["description"].endswith(".")
        letters = [target["refId"] for target in panel["targets"]]
        assert letters == sorted(set(letters))
    titles = [panel["title"] for panel in board["panels"]]
    assert len({panel["id"] for panel in board["panels"]}) == len(titles) == len(set(titles)) + 1


def test_no_panel_covers_another(board: Board) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= WIDTH
        cells = {(x + at["x"], y + at["y"]) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


def test_grafana_is_told_where_it_and_its_data_are() -> None:
    provisioning = GRAFANA / "provisioning"
    source = yaml.safe_load((provisioning / "datasources" / "prometheus.yaml").read_text())
    boards = yaml.safe_load((provisioning / "dashboards" / "pgtoll.yaml").read_text())
    assert source["apiVersion"] == boards["apiVersion"] == 1
    assert [one["type"] for one in source["datasources"]] == ["prometheus"]
    assert boards["providers"][0]["options"]["path"] == "/etc/grafana/dashboards"
