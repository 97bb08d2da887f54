"""Where a module's tests are can be guessed: the tree of tests mirrors the tree of modules."""

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PACKAGES = {
    "policy": ROOT / "policy" / "pgtoll_policy",
    "proxy": ROOT / "proxy" / "pgtoll",
}

# A module that does nothing but talk to PostgreSQL is tested against a real one, in tests/live,
# in the file of its own name, whatever package it is in.
LIVE = ROOT / "tests" / "live"

UNTESTED = {"__main__"}  # nothing but an entry into another module


def files(area: str) -> Iterator[tuple[Path, Path]]:
    """Yield the modules of a package: each as it is imported, and its file."""
    package = PACKAGES[area]
    for file in package.rglob("*.py"):
        yield file.relative_to(package).with_suffix(""), file


def needing_tests(area: str) -> set[Path]:
    """Return the modules in which there is something to test: a function."""
    return {
        module
        for module, file in files(area)
        if "def " in file.read_text(encoding="utf-8") and module.name not in UNTESTED
    }


def covered(area: str) -> set[Path]:
    """Return the modules that the test files of an area are named for."""
    folder = ROOT / "tests" / area
    return {
        file.relative_to(folder).with_name(file.stem.removeprefix("test_"))
        for file in folder.rglob("test_*.py")
    }


@pytest.mark.parametrize("area", PACKAGES)
def test_every_module_has_its_tests(area: str) -> None:
    live = {file.stem.removeprefix("test_") for file in LIVE.glob("test_*.py")}
    missing = {
        module
        for module in needing_tests(area) - covered(area)
        if area != "proxy" or module.name not in live
    }
    assert not missing, f"without a test file: {', '.join(sorted(map(str, missing)))}"


@pytest.mark.parametrize("area", PACKAGES)
def test_every_test_file_has_its_module(area: str) -> None:
    stray = covered(area) - {module for module, _ in files(area)}
    assert not stray, f"test files of no module: {', '.join(sorted(map(str, stray)))}"
