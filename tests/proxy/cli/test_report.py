"""`pgtoll report` writes one page, whole or not at all; programs get the same figures."""

import json
import secrets
from pathlib import Path

import pytest
from calls import Shop, done, failed

pytestmark = pytest.mark.live


def test_a_page_is_written_once(shop: Shop, tmp_path: Path) -> None:
    shop.done("license", "upload", shop.product(), shop.license("1", "marketing", "--seats", 3))
    shop.done("seats", "grant", "marketing", "alice")
    out = tmp_path / "report.html"
    assert str(out) in shop.done("report", "--out", out)
    page = out.read_text(encoding="utf-8")
    assert page.lstrip().startswith("<!doctype html>")
    assert "2 of 3 seats bought of Marketing are granted to nobody." in page
    assert "exists already" in shop.failed(2, "report", "--out", out)
    out.write_text("old")
    shop.done("report", "--out", out, "--force")
    assert "<!doctype html>" in out.read_text(encoding="utf-8")


def test_programs_get_the_figures(shop: Shop) -> None:
    shop.done("license", "upload", shop.product(), shop.license("1", "marketing", "--seats", 3))
    told = shop.json("report", "--days", 7, "--idle-days", 1)
    assert told["idle_days"] == 1
    (marketing,) = [one for one in told["products"] if one["code"] == "marketing"]
    assert (marketing["bought"], marketing["granted"]) == (3, 0)


def test_a_license_administrator_may_read_it(shop: Shop) -> None:
    role = f"reader_{secrets.token_hex(4)}"
    shop.database.execute(f"CREATE ROLE {role} LOGIN IN ROLE pgtoll_manager")
    try:
        server = f"{shop.database.dsn} user={role}"
        told = done("report", "--json", "--server", server, **shop.environment)
        assert json.loads(told)["products"]
    finally:
        shop.database.execute(f"DROP ROLE {role}")


def test_what_is_wrong_with_the_call_is_one_line(shop: Shop, tmp_path: Path) -> None:
    assert "--out FILE" in shop.failed(2, "report")
    assert "server is not set" in failed(2, "report", "--json")
    missing = tmp_path / "no" / "report.html"
    assert "cannot write" in shop.failed(2, "report", "--out", missing)
    assert not missing.parent.exists()


def test_its_help_has_an_example() -> None:
    assert "licenses.html" in done("report", "--help")
