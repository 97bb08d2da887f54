"""Which modules run compiled: all or none, made of these sources, and not if PGTOLL_PURE is set."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pgtoll import compiled

ROOT = Path(__file__).parents[2]
FILES = "import sys, importlib; from pgtoll import compiled; print(compiled.build())\n"
FILES += "print(*{importlib.import_module(name).__file__[-3:] for name in compiled.MODULES})"


def run(**settings: str) -> list[str]:
    """Return how another process runs, and the endings of the files that its modules came from."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **settings}
    command = [sys.executable, "-c", FILES]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for what is compiled, with what might have been compiled of the sources."""
    monkeypatch.setattr(compiled, "FOLDER", str(tmp_path))
    whole = tmp_path / compiled.digest()
    whole.mkdir()
    for name in compiled.MODULES:
        (whole / (name + compiled.SUFFIX)).touch()
    return whole


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One more source, which can change."""
    file, sources = tmp_path / "gate.py", compiled.sources()
    file.write_text("one")
    monkeypatch.setattr(compiled, "sources", lambda: [*sources, str(file)])
    return file


def test_pure_if_asked() -> None:
    assert run(PGTOLL_PURE="1") == ["pure: PGTOLL_PURE is set", ".py"]


@pytest.mark.skipif(not compiled.files(), reason="nothing is compiled (scripts/compile.py)")
@pytest.mark.parametrize("unset", ["", "0"])
def test_compiled_if_it_can_be(unset: str) -> None:
    assert run(PGTOLL_PURE=unset) == ["compiled", ".so"]


def test_every_module_is_found_in_the_directory_of_the_sources(folder: Path) -> None:
    assert compiled.files() == {
        name: str(folder / (name + compiled.SUFFIX)) for name in compiled.MODULES
    }


def test_all_or_none(folder: Path) -> None:
    (folder / (compiled.MODULES[-1] + compiled.SUFFIX)).unlink()
    assert compiled.files() == {}


@pytest.mark.usefixtures("folder")
def test_what_was_made_of_other_sources_is_not_run(changed: Path) -> None:
    assert compiled.files() == {}
    (Path(compiled.FOLDER) / compiled.digest()).mkdir()
    changed.write_text("two")
    assert compiled.files() == {}


def test_without_its_sources_nothing_is_run(folder: Path, changed: Path) -> None:
    folder.rename(folder.with_name(compiled.digest()))
    assert len(compiled.files()) == len(compiled.MODULES)
    changed.unlink()
    assert compiled.files() == {}


def test_the_digest_is_of_all_the_compiler_reads() -> None:
    sources = set(compiled.sources())
    types = {str(file) for area in ("proxy", "policy") for file in (ROOT / area).rglob("*.pxd")}
    assert types <= sources
    assert {compiled.path(name) for name in compiled.MODULES} <= sources
    assert compiled.__file__ in sources
    assert all(Path(file).is_file() for file in sources)


def test_whatever_has_types_is_compiled() -> None:
    """What has nothing but inline functions is part of those who call them."""
    typed = {
        file.relative_to(ROOT).with_suffix("").parts[1:]
        for area in ("proxy", "policy")
        for file in (ROOT / area).rglob("*.pxd")
        if re.search(r"^cpdef |^cdef class |^cdef (?!inline|extern).*\(", file.read_text(), re.M)
    }
    assert typed == {tuple(name.split(".")) for name in compiled.MODULES}


def test_the_finder_knows_its_modules_only() -> None:
    finder = compiled.Compiled({"pgtoll.gate": "/lib/gate.so"})
    assert finder.find_spec("pgtoll.relay", None) is None
    spec = finder.find_spec("pgtoll.gate", None)
    assert spec is not None
    assert spec.origin == "/lib/gate.so"


@pytest.mark.parametrize(("value", "means"), [("", False), ("0", False), ("1", True), ("x", True)])
def test_what_the_variable_means(value: str, means: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGTOLL_PURE", value)
    assert compiled.pure() is means


@pytest.fixture
def finders(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Python's own finders, for now without ours."""
    others = [one for one in sys.meta_path if not isinstance(one, compiled.Compiled)]
    monkeypatch.setattr(sys, "meta_path", others)
    return list(others)


@pytest.mark.usefixtures("folder")
def test_nothing_is_switched_on_that_is_not_wanted(
    finders: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGTOLL_PURE", "1")
    compiled.switch_on()
    assert sys.meta_path == finders
    assert compiled.build() == "pure: PGTOLL_PURE is set"
    monkeypatch.delenv("PGTOLL_PURE")
    compiled.switch_on()
    assert isinstance(sys.meta_path[0], compiled.Compiled)
    assert sys.meta_path[1:] == finders
    assert compiled.build() == "compiled"


@pytest.mark.usefixtures("finders")
def test_a_program_says_why_it_runs_pure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGTOLL_PURE", raising=False)
    assert compiled.build() == "pure: what is compiled is of other sources or for another Python"
    monkeypatch.setattr(compiled, "FOLDER", str(folder / "nowhere"))
    assert compiled.build() == "pure"
