"""A vendor changes keys: both count for a while, then the old one is taken out of the directory."""

from pathlib import Path

import pytest
from calls import Shop, done
from servers import Postgres

pytestmark = pytest.mark.live


def test_a_vendor_changes_keys(tmp_path: Path, database: Postgres) -> None:
    old, new = (Shop(tmp_path / name, database) for name in ("old", "new"))
    trust = tmp_path / "trust"
    trust.mkdir()
    for shop in (old, new):
        done("vendor", "keygen", "--out", shop.vendor)
        name = f"{shop.vendor.name}.pub"
        (trust / name).write_bytes((shop.vendor / "vendor.pub").read_bytes())
    options = ("--trust", trust)
    old.done("init")
    first = old.license("first", "marketing", "--seats", 2)
    old.done("license", "upload", old.product(), first)
    old.done("seats", "grant", "marketing", "alice", "bob")

    # Both keys are trusted: what the new one signs stands beside what the old one has signed.
    more = new.license("more", "marketing", "--seats", 1)
    assert "not signed by a trusted key" in old.failed(3, "license", "upload", more)
    old.done("license", "upload", more, *options)
    old.done("seats", "grant", "marketing", "carol", *options)
    assert _licensed(old, trust) == ["alice", "bob", "carol"]

    # The product is signed anew, and one license follows for all that the old key gave.
    renewed = new.license("renewed", "marketing", "--seats", 3, "--serial", 2)
    old.done("license", "upload", new.product(), renewed, *options)
    assert _licensed(old, trust) == ["alice", "bob", "carol"]

    # So nothing changes when the old key goes; what it signs from now on is refused.
    (trust / "old.pub").unlink()
    assert _licensed(old, trust) == ["alice", "bob", "carol"]
    late = old.license("late", "marketing", "--seats", 9, "--serial", 3)
    assert "not signed by a trusted key" in old.failed(3, "license", "upload", late, *options)


def _licensed(shop: Shop, trust: Path) -> list[str]:
    seats = shop.json("seats", "list", "--trust", trust)
    return sorted(seat["user"] for seat in seats if seat["licensed"])
