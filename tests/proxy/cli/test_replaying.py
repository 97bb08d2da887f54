"""What a rehearsal is asked for is read before anything is looked at."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pgtoll.cli.replaying import Asked, _draft, _moment
from pgtoll.errors import ConfigError


def test_seats_are_named_by_product_and_user() -> None:
    found = _draft(Asked(Path("x"), recall=("m=bob", "m=eve=e", "m=bob"), grant=("b=x",)))
    assert found.recall == {"m": ("bob", "eve=e")}
    assert found.grant == {"b": ("x",)}


@pytest.mark.parametrize("text", ["m", "=bob", "m=", ""])
def test_what_names_no_seat_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="write CODE=USER"):
        _draft(Asked(Path("x"), grant=(text,)))


def test_a_day_is_meant_up_to_its_end() -> None:
    assert _moment("2027-01-31") == datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC)
    assert _moment("") is None
    for text in ("tomorrow", "2027-02-30", "9999-12-31T00"):
        with pytest.raises(ConfigError, match="not a day"):
            _moment(text)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="too many"):
        _draft(Asked(tmp_path, files=(tmp_path,) * 101))
