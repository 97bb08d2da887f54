"""The rules and the configuration of Prometheus, as its own tool judges them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(
        shutil.which("promtool") is None, reason="no promtool: sudo apt-get install prometheus"
    ),
]

ROOT = Path(__file__).parents[2]
RULES = ROOT / "docker" / "prometheus" / "pgtoll.rules.yml"
TRIED = Path(__file__).with_name("alerts.yml")
MANUAL = ROOT / "docs" / "watching.md"


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)


def alerts(rules: Path = RULES) -> list[str]:
    groups = yaml.safe_load(rules.read_text())["groups"]
    return [rule["alert"] for group in groups for rule in group["rules"]]


def test_prometheus_takes_the_rules_and_its_configuration() -> None:
    checked = promtool("check", "config", ROOT / "docker" / "prometheus" / "prometheus.yml")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"{len(alerts())} rules found" in checked.stdout


def test_each_alert_fires_when_it_should_and_only_then() -> None:
    tried = promtool("test", "rules", TRIED)
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert [one["name"] for one in yaml.safe_load(TRIED.read_text())["tests"]] == alerts()


@pytest.mark.parametrize("alert", alerts())
def test_an_alert_that_fires_too_late_or_never_is_found(alert: str, tmp_path: Path) -> None:
    """The tests above have teeth: each fails when its alert is taken away."""
    text = RULES.read_text()
    broken = tmp_path / "pgtoll.rules.yml"
    broken.write_text(re.sub(rf"(alert: {alert}\n +expr: ).*", r"\1vector(0) > 1", text))
    assert broken.read_text() != text
    case = yaml.safe_load(TRIED.read_text())
    case["rule_files"] = [str(broken)]
    case["tests"] = [one for one in case["tests"] if one["name"] == alert]
    (tmp_path / "alerts.yml").write_text(yaml.safe_dump(case))
    assert promtool("test", "rules", tmp_path / "alerts.yml").returncode != 0


def test_each_alert_says_what_to_do_and_is_in_the_manual() -> None:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    manual = MANUAL.read_text()
    for rule in groups[0]["rules"]:
        assert rule["labels"]["severity"] in ("info", "warning", "critical")
        assert rule["annotations"].keys() == {"summary", "description"}
        assert f"| `{rule['alert']}` | {rule['labels']['severity']} |" in manual
