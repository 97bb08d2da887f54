"""Files are written whole, with the right mode, and never over another by mistake."""

import os
import stat
from pathlib import Path

import pytest

from pgtoll.cli.files import write_file, write_files
from pgtoll.errors import ConfigError


def test_the_file_has_the_bytes_and_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "vendor.key"
    write_file(path, b"secret", mode=0o600)
    assert path.read_bytes() == b"secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_else_is_left_in_the_directory(tmp_path: Path) -> None:
    write_file(tmp_path / "a.lic", b"1")
    assert [path.name for path in tmp_path.iterdir()] == ["a.lic"]


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.lic"
    path.write_bytes(b"old")
    with pytest.raises(ConfigError, match="exists already"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.lic"]


def test_force_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "a.lic"
    path.write_bytes(b"old")
    write_file(path, b"new", force=True)
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("force", [False, True])
def test_a_directory_is_not_a_file(tmp_path: Path, force: bool) -> None:
    with pytest.raises(ConfigError, match="is a directory"):
        write_file(tmp_path, b"x", force=force)


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file or directory"):
        write_file(tmp_path / "absent" / "a.lic", b"x")


def test_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    link = tmp_path / "a.lic"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="exists already"):
        write_file(link, b"x")
    assert not (tmp_path / "elsewhere").exists()


def test_a_long_name_is_refused_without_a_trace(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        write_file(tmp_path / ("x" * 300), b"x")
    assert os.listdir(tmp_path) == []


def test_several_files_are_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    files = {tmp_path / name: name.encode() for name in ("a.lic", "b.lic")}
    (tmp_path / "b.lic").write_bytes(b"old")
    write_files(files, replacing=[tmp_path / "b.lic"])
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == files


@pytest.mark.parametrize(
    ("name", "words"),
    [("taken", "exists already"), ("folder", "is a directory"), ("no/where", "cannot write")],
)
def test_of_several_files_all_are_written_or_none(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    files = {tmp_path / each: b"new" for each in ("a.lic", name, "z.lic")}
    with pytest.raises(ConfigError, match=words):
        write_files(files)
    assert sorted(os.listdir(tmp_path)) == ["folder", "taken"]
    assert (tmp_path / "taken").read_bytes() == b"old"
