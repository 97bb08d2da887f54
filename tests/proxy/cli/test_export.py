"""All that a store holds in one file, and the revocations in a directory."""

import json
import stat
from pathlib import Path

import pytest
from calls import Shop, done, failed
from psycopg.conninfo import make_conninfo

pytestmark = pytest.mark.live


@pytest.fixture
def market(shop: Shop) -> Shop:
    """A shop with an add-on for two, one of whom has a seat, and a license that was revoked."""
    gone = shop.license("gone", "marketing", "--seats", 9, "--serial", 1)
    shop.done("license", "upload", shop.product(), gone)
    id_ = json.loads(done("inspect", gone, "--json"))["id"]
    out = shop.vendor / "r.revocation"
    done("vendor", "revoke", "--license", id_, "--key", shop.vendor / "vendor.key", "--out", out)
    bought = shop.license("m", "marketing", "--seats", 2, "--serial", 1)
    shop.done("license", "upload", out, bought)
    shop.done("seats", "grant", "marketing", "alice")
    return shop


def test_an_export_says_what_is_in_it(market: Shop, tmp_path: Path) -> None:
    out = tmp_path / "pgtoll.export"
    printed = market.done("export", "--out", out)
    counts = "1 product, 2 licenses, 1 revocation, 1 seat and 0 pinned tables"
    assert printed == f"{counts} exported: {out}\n"
    shown = done("inspect", out, "--trust", market.vendor)
    assert "export of a store" in shown
    assert counts in shown
    assert shown.count(" good") == 4
    assert done("inspect", out).count("not checked") == 4


def test_only_its_owner_may_read_an_export(market: Shop, tmp_path: Path) -> None:
    out = tmp_path / "x"
    market.done("export", "--out", out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_json_is_for_programs(market: Shop, tmp_path: Path) -> None:
    out = tmp_path / "x"
    exported = market.json("export", "--out", out)
    assert exported["records"]["seats"] == 1
    inspected = json.loads(done("inspect", out, "--trust", market.vendor, "--json"))
    assert {one["signature"] for one in inspected.pop("documents")} == {"good"}
    assert inspected == exported


def test_secrets_are_not_in_it(market: Shop, tmp_path: Path) -> None:
    out = tmp_path / "x"
    market.database.execute(
        "INSERT INTO pgtoll.console_session VALUES ('hush', 10, true, now(), now())"
    )
    market.done("export", "--out", out, "--refusals")
    data = out.read_text()
    with market.database.connect() as session:
        row = session.execute("SELECT encode(nonce, 'hex') FROM pgtoll.mock_authentication")
        ((nonce,),) = row.fetchall()
    assert nonce not in data
    assert "console" not in data


def test_another_file_of_that_name_is_replaced_only_on_demand(market: Shop, tmp_path: Path) -> None:
    out = tmp_path / "x"
    market.done("export", "--out", out)
    assert "exists already" in market.failed(2, "export", "--out", out)
    market.done("export", "--out", out, "--force")
    assert "is a directory" in market.failed(2, "export", "--out", tmp_path, "--force")
    assert "no such file" in market.failed(2, "export", "--out", tmp_path / "no" / "x")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_one_of_file_and_directory_is_given(market: Shop, tmp_path: Path) -> None:
    assert "give either" in market.failed(2, "export")
    both = ("export", "--out", tmp_path / "x", "--revocations", tmp_path)
    assert "give either" in market.failed(2, *both)


def test_a_license_administrator_may_export(market: Shop, tmp_path: Path) -> None:
    role = f"dana_{market.database.dbname}"
    market.database.execute(f"CREATE ROLE {role} LOGIN IN ROLE pgtoll_manager")
    try:
        dsn = make_conninfo(market.database.dsn, user=role)
        out = tmp_path / "x"
        done("export", "--server", dsn, "--out", out)
        message = failed(2, "import", out, "--server", dsn, "--trust", market.vendor)
        assert "the owner of schema pgtoll, may import" in message
        market.database.execute(f"REVOKE pgtoll_manager FROM {role}")
        assert "permission denied" in failed(2, "export", "--server", dsn, "--out", tmp_path / "y")
        assert not (tmp_path / "y").exists()
    finally:
        market.database.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_a_database_without_a_store_says_what_to_run(shop: Shop, tmp_path: Path) -> None:
    shop.database.execute("DROP SCHEMA pgtoll CASCADE")
    assert "run pgtoll init" in shop.failed(2, "export", "--out", tmp_path / "x")


# Revocations alone


def test_revocations_go_where_keys_are_trusted(market: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "trust"
    printed = market.done("export", "--revocations", folder)
    assert printed == f"1 revocation in {folder}, 1 of them new\n"
    (file,) = folder.iterdir()
    assert file.suffix == ".revocation"
    assert file.read_bytes() == (market.vendor / "r.revocation").read_bytes()
    again = market.done("export", "--revocations", folder)
    assert again == f"1 revocation in {folder}, 0 of them new\n"


def test_a_revocation_that_nobody_we_trust_has_signed_is_left_out(
    market: Shop, tmp_path: Path
) -> None:
    done("vendor", "keygen", "--out", tmp_path / "other")
    folder = tmp_path / "trust"
    call = ("export", "--server", market.database.dsn, "--trust", tmp_path / "other")
    printed = done(*call, "--revocations", folder)
    assert "0 revocations" in printed
    assert "was left out: not signed by a trusted key" in printed
    assert list(folder.iterdir()) == []


def test_a_directory_that_cannot_be_used(market: Shop, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert "cannot use directory" in market.failed(2, "export", "--revocations", file)
