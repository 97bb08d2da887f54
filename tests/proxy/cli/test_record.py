"""`pgtoll record`: what it may be asked for."""

from pathlib import Path

import pytest
from calls import call

from pgtoll.cli.record import duration
from pgtoll.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", None), ("90", 90.0), ("90s", 90.0), ("30m", 1800.0), ("1h", 3600.0), ("2 D", 172800.0)],
)
def test_how_long(text: str, seconds: float | None) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["0", "-1", "1w", "an hour", "1h30m", "9" * 10, "1.5h"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ConfigError, match="not a time"):
        duration(text)


def test_it_needs_a_server_and_a_new_file(tmp_path: Path) -> None:
    assert call("record", "--out", tmp_path / "x").exit_code == 2
    taken = tmp_path / "taken"
    taken.write_bytes(b"")
    for out in (taken, tmp_path / "no" / "x"):
        result = call("record", "--out", out, "--server", "host=127.0.0.1 port=1")
        assert result.exit_code == 2
        assert result.stderr.count("\n") == 1
    assert taken.read_bytes() == b""
