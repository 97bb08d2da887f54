"""What every tracked file must keep to, whoever wrote it."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from pgtoll.config import KEYS

ROOT = Path(__file__).parents[1]
MOST_LINES = 500

# Spelled in pieces, so that this file passes its own test.
REGISTRIES = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com"]
REGISTRIES += ["deb.debian" + ".org", "security.debian" + ".org", "docker" + ".io", "ghcr" + ".io"]
# A home directory, or a checkout's place on somebody's machine. Containers have paths of their own.
MACHINE_PATH = re.compile(r"(?<![\w.$}/-])/(?:" + "root|work|home|Users" + r")/\w")


@cache
def tracked() -> tuple[Path, ...]:
    """Return the text files that git tracks."""
    # A checkout may belong to somebody else than who tests it.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return tuple(file for file in files if file.is_file() and b"\0" not in file.read_bytes())


def offending(pattern: str | re.Pattern[str]) -> list[str]:
    """Return where the pattern stands, as FILE:LINE."""
    return [
        f"{file.relative_to(ROOT)}:{number}"
        for file in tracked()
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_git_tracks_this_file() -> None:
    assert Path(__file__) in tracked()


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_file_names_a_package_registry(host: str) -> None:
    assert offending(re.escape(host)) == []


def test_no_file_has_a_path_of_somebodys_machine() -> None:
    assert offending(MACHINE_PATH) == []


def test_no_file_points_to_papers_that_are_not_here() -> None:
    assert offending(r"\b(DESIGN|STYLE|FACTS|CONTRACT)" + r"\.md\b") == []
    assert offending("(?i)work" + "place") == []


def test_no_file_is_longer_than_anybody_reads() -> None:
    code = [file for file in tracked() if file.suffix in (".py", ".sql", ".md", ".sh", "")]
    long = {file.name: len(file.read_text().splitlines()) for file in code}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def test_steps_of_the_schema_are_counted_without_a_gap() -> None:
    steps = (ROOT / "proxy/pgtoll/schema").glob("*.sql")
    numbers = sorted(int(step.name.partition("_")[0]) for step in steps)
    assert numbers == list(range(1, len(numbers) + 1))


def test_nothing_is_left_to_do() -> None:
    assert offending(r"\b(" + "TO" + "DO|FIX" + "ME|XX" + r"X)\b") == []


def test_every_line_ends_like_a_line() -> None:
    crooked = [file.name for file in tracked() if b"\r\n" in file.read_bytes()]
    assert crooked == []


def test_scripts_can_be_run() -> None:
    scripts = [file for file in tracked() if file.read_text().startswith("#!")]
    assert [file.name for file in scripts if not file.stat().st_mode & 0o100] == []


def headings(document: Path) -> set[str]:
    """Return what links lead to in a page: its headings in small letters, as forges spell them."""
    titles = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def leads_nowhere(document: Path, target: str) -> bool:
    """Whether a page has a link to a file that is not there, or to no heading in it."""
    name, _, heading = target.partition("#")
    page = document.parent / name if name else document
    return not page.exists() or (bool(heading) and heading not in headings(page))


def test_every_link_of_the_documentation_leads_somewhere() -> None:
    documents = [file for file in tracked() if file.suffix == ".md"]
    links = [
        (file, target)
        for file in documents
        for target in re.findall(r"\]\(([^):]+)\)", file.read_text())
    ]
    assert any("#" in target for _, target in links)
    assert [target for file, target in links if leads_nowhere(file, target)] == []


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_is_documented(key: str) -> None:
    manual = (ROOT / "docs" / "operating.md").read_text()
    for spelling in (f"`{key}`", f"`PGTOLL_{key.upper()}`", f"`--{key.replace('_', '-')}"):
        assert spelling in manual


# A row of SECURITY.md: a class of flaws, what it is known as, and the tests that stand for it.
CLASS = re.compile(r"^\| ([^|]+) \|[^|]*\| ((?:`tests/[^`]+`(?:, )?)+) \|$", re.MULTILINE)


def test_each_class_of_flaws_has_tests_that_name_it() -> None:
    rows = CLASS.findall((ROOT / "SECURITY.md").read_text())
    assert len(rows) == 9
    for name, files in rows:
        for file in re.findall(r"`([^`]+)`", files):
            assert re.search(rf"CVE class[^.]*{name}", (ROOT / file).read_text()), (name, file)
