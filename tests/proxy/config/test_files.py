"""Files that people name: read to a limit, and refused in one line."""

import os
from pathlib import Path

import pytest

from pgtoll.config import (
    read_limited,
    read_passphrase,
    read_pem,
)
from pgtoll.errors import ConfigError


def test_a_name_with_a_nul_is_no_file() -> None:
    with pytest.raises(ConfigError, match="cannot read"):
        read_limited(Path("a\0b"), 10)


def test_a_passphrase_is_of_a_file_or_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_bytes("käse und brot \r\n".encode())
    environment = {"PGTOLL_PASSPHRASE": "from the environment"}
    assert read_passphrase(file, environment) == "käse und brot "
    assert read_passphrase(None, environment) == "from the environment"
    assert read_passphrase(None, {"PGTOLL_PASSPHRASE": ""}) is None
    assert read_passphrase(None, {}) is None


@pytest.mark.parametrize(
    ("data", "words"), [(b"\n", "is empty"), (b"\xff", "no text"), (b"x" * 70000, "larger than")]
)
def test_a_wrong_passphrase_file(data: bytes, words: str, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_bytes(data)
    with pytest.raises(ConfigError, match=words):
        read_passphrase(file, {})


def test_a_key_belongs_to_us_or_to_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"key")
    key.chmod(0o600)
    assert read_pem(key).secret == b"key"
    key.chmod(0o640)
    assert "has group or world access" in read_pem(key).exposed
    assert read_pem(key).content == b"key"
    owner = key.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    if owner == 0:
        assert read_pem(key).secret == b"key"  # root's, and the group may read it
    else:
        assert "must be owned by" in read_pem(key).exposed


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_key_of_somebody_else_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.touch(0o600)
    os.chown(key, 1001, 1001)
    with pytest.raises(ConfigError, match="must be owned by"):
        _ = read_pem(key).secret


def test_what_cannot_be_read_is_told_of_when_it_is_used(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path, Path("a\0b")):
        found = read_pem(path)
        with pytest.raises(ConfigError, match="cannot read"):
            _ = found.content
        with pytest.raises(ConfigError, match="cannot read"):
            _ = found.secret
    assert "secret" not in repr(found)
