"""What is documented, drawn and watched is what a running proxy tells, and nothing else."""

import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest
import yaml
from programs import linux, page
from proxies import Site, running_proxy
from servers import free_port

pytestmark = [pytest.mark.live, linux]

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "docs" / "watching.md"
DASHBOARD = ROOT / "docker" / "grafana" / "pgtoll.json"
RULES = ROOT / "docker" / "prometheus" / "pgtoll.rules.yml"

ROW = re.compile(r"^\| `(pgtoll_\w+)` \| (\w+) \|(.*?)\| .+ \|$", re.MULTILINE)
TYPE = re.compile(r"^# TYPE (pgtoll_\w+) (\w+)$", re.MULTILINE)
SAMPLE = re.compile(r"^(pgtoll_\w+)(?:\{(.*)\})? \S+$", re.MULTILINE)
NAME = re.compile(r"\bpgtoll_\w+")
PART = re.compile(r"_(?:bucket|sum|count)$")  # of a histogram


@pytest.fixture(scope="module")
def told(licensed_site: Site) -> str:
    """All that a proxy tells that has let in, refused and judged."""
    at, site = f"127.0.0.1:{free_port()}", licensed_site
    site.run("CREATE TABLE IF NOT EXISTS MrktFigures (n int); GRANT ALL ON MrktFigures TO PUBLIC")
    site.settle()
    options = ("--metrics", at)
    with (
        running_proxy(site.database, site.trust, options=options) as proxy,
        proxy.connect(site.bob) as session,
    ):
        session.execute("DO $$ BEGIN EXECUTE 'SELECT 1'; END $$")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT * FROM MrktFigures")
        status, text = page(f"http://{at}/metrics")
    assert status == 200
    return text


def metrics(text: str) -> dict[str, str]:
    """Return each metric of a page and its type."""
    return dict(TYPE.findall(text))


def labels(text: str) -> Mapping[str, set[str]]:
    """Return the labels that samples of each metric have."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, inner in SAMPLE.findall(text):
        whole = name if name in metrics(text) else PART.sub("", name)
        found[whole] |= set(re.findall(r'(\w+)="', inner)) - {"le"}
    return found


def test_the_manual_has_every_metric_and_no_other(told: str) -> None:
    documented = {name: kind for name, kind, _ in ROW.findall(MANUAL.read_text())}
    assert documented == metrics(told)


def test_the_manual_has_every_label_and_no_other(told: str) -> None:
    shown = labels(told)
    for name, _, said in ROW.findall(MANUAL.read_text()):
        documented = set(re.findall(r"`(\w+)`", said))
        assert documented == shown[name], name
        assert name in shown, f"{name} has no sample"


def known(text: str) -> set[str]:
    """Return the names that a query may use."""
    parts = ("_bucket", "_sum", "_count")
    types = metrics(text).items()
    return {n for n, t in types if t != "histogram"} | {
        n + part for n, t in types if t == "histogram" for part in parts
    }


def queries() -> list[str]:
    """Return what the dashboard asks of Prometheus."""
    board = json.loads(DASHBOARD.read_text())
    asked = [one["expr"] for panel in board["panels"] for one in panel.get("targets", ())]
    return asked + [one.get("definition", "") for one in board["templating"]["list"]]


def test_the_dashboard_draws_what_there_is_and_all_of_it(told: str) -> None:
    drawn = {name for query in queries() for name in NAME.findall(query)}
    assert drawn - known(told) == set()
    left = metrics(told).keys() - {PART.sub("", name) for name in drawn}
    assert left <= {"pgtoll_facts_preloaded_total"}


def test_the_rules_watch_what_there_is(told: str) -> None:
    watched = set(NAME.findall(RULES.read_text()))
    for one in rules():
        watched |= set(NAME.findall(one["expr"]))
    assert watched - {"pgtoll"} - known(told) <= {"pgtoll_refusal"}, "the table may be named"


def rules() -> list[dict[str, str]]:
    """Return the alerts."""
    found: list[dict[str, str]] = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
    return found


def test_labels_in_queries_are_those_that_there_are(told: str) -> None:
    shown, ours = labels(told), {"job", "instance", "le"}
    for query in [*queries(), *(one["expr"] for one in rules())]:
        for name, inner in re.findall(r"(pgtoll_\w+)\{([^}]*)\}", query):
            asked = set(re.findall(r"(\w+)\s*(?:=~|!=|!~|=)", inner))
            assert asked - ours <= shown[PART.sub("", name)], query


def test_prometheus_reads_the_page(told: str) -> None:
    promtool = ("promtool", "check", "metrics")
    try:
        done = subprocess.run(promtool, input=told, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no promtool: sudo apt-get install prometheus")
    # 3: it would name some metrics otherwise.
    assert done.returncode in (0, 3), done.stderr
    complaints = [line for line in done.stderr.splitlines() if "no help text" in line]
    assert complaints == []
