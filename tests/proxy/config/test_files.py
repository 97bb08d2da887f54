"""Files that people name: read to a limit, and refused in one line."""

from pathlib import Path

import pytest

from pgtoll.config import (
    read_limited,
    read_passphrase,
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
