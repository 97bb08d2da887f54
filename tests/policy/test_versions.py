"""Versions are compared number by number."""

import pytest

from pgtoll_policy.errors import BadDocument
from pgtoll_policy.versions import check_version, is_outdated, read_version


@pytest.mark.parametrize("text", ["1", "0.1", "8.1.4", "2026.1", "1.0.0.0.0.0.0.0"])
def test_a_version_is_numbers_joined_by_dots(text: str) -> None:
    assert read_version({"version": text}, "version") == text
    assert read_version({"version": None}, "version") is None


@pytest.mark.parametrize(
    "text", ["", "v1", "1.", ".1", "1..2", "1.2-beta", "1" * 10, "1." * 8 + "1"]
)
def test_nothing_else_is_a_version(text: str) -> None:
    with pytest.raises(BadDocument, match="version must"):
        read_version({"version": text}, "version")


def test_what_is_not_a_version_is_shown_with_what_is() -> None:
    with pytest.raises(BadDocument, match=r"--version must be numbers .* such as 8\.1: 'x'"):
        check_version("x", "--version")


@pytest.mark.parametrize(
    ("license", "product", "outdated"),
    [
        ("1", "2", True),
        ("2.9", "2.10", True),
        ("8.1", "8.1.7", False),
        ("8.0", "8.1", True),
        ("8", "8.9", False),
        ("8.0", "8", False),
        ("8.1", "8", False),
        ("9", "8.9", False),
        (None, "8", False),
        ("8", None, False),
    ],
)
def test_a_license_for_an_older_version_is_outdated(
    license: str | None, product: str | None, outdated: bool
) -> None:
    assert is_outdated(license, product) is outdated
