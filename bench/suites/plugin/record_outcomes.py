"""A pytest plugin for other projects' suites: it writes how each test ended, as it ends.

It runs in their virtual environments, so it needs nothing but pytest. A test that has begun and not
ended, because the program died of it, stands in the file as "begun".
"""

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

_RECORD = "SUITE_RECORD"  # the file to write
_ONLY = "SUITE_ONLY"  # a file with the tests to run, one a line; all without it
_ended: dict[str, str] = {}


def _write(test: str, outcome: str) -> None:
    with Path(os.environ[_RECORD]).open("a", encoding="utf-8") as file:
        file.write(json.dumps([test, outcome]) + "\n")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    """Keep the tests that are asked for, whatever other plugins make of the list."""
    yield
    if _ONLY in os.environ:
        only = set(Path(os.environ[_ONLY]).read_text(encoding="utf-8").splitlines())
        kept = [item for item in items if item.nodeid in only]
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in only])
        items[:] = kept


def pytest_runtest_logstart(nodeid: str) -> None:
    _ended[nodeid] = "skipped"
    _write(nodeid, "begun")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Take the worst of a test's phases; a test that fails as expected counts as skipped."""
    so_far = _ended.get(report.nodeid, "skipped")
    if report.failed:
        _ended[report.nodeid] = "failed"
    elif report.passed and report.when == "call" and so_far != "failed":
        _ended[report.nodeid] = "passed"


def pytest_runtest_logfinish(nodeid: str) -> None:
    _write(nodeid, _ended.pop(nodeid, "skipped"))


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Count a file that cannot be read as one failed test."""
    if report.failed:
        _write(report.nodeid, "failed")
