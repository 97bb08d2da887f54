"""A license that was withdrawn beside the trusted keys is in force nowhere.

The store has not heard of it: it was restored to an earlier time. What the proxies refuse no
command and no console shows as licensed.
"""

import asyncio
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from calls import Shop, call, done, failed
from recording_samples import ALICE, TAKING, collected
from servers import Postgres

from pgtoll.config import load_config
from pgtoll.office.desk import Desk
from pgtoll.office.documents import NamedFile
from pgtoll.office.models import Status

READ = "SELECT amount FROM mrktinvoice"


@pytest.fixture
def shop(database: Postgres, tmp_path: Path) -> Shop:
    """A shop whose add-on was licensed to two: `trust` has the key, and withdraws that license."""
    vendor, trust = tmp_path / "vendor", tmp_path / "trust"
    done("vendor", "keygen", "--out", vendor)
    database.execute("CREATE TABLE mrktinvoice (amount int)")
    shop = Shop(vendor, database)
    shop.done("init")
    license = shop.license("m", "marketing", "--seats", 2)
    product = shop.product("marketing", "Mrkt", "--operation", "MrktApp.Use=Use it")
    shop.done("license", "upload", product, license, shop.license("base", "base"))
    shop.done("seats", "grant", "marketing", "alice")
    trust.mkdir()
    shutil.copy(vendor / "vendor.pub", trust)
    id_ = json.loads(done("inspect", license, "--json"))["id"]
    sign = ("vendor", "revoke", "--license", id_, "--key", vendor / "vendor.key")
    done(*sign, "--out", trust / "r.revocation")
    return shop


@pytest.fixture
def settings(shop: Shop, tmp_path: Path) -> dict[str, str]:
    return {"PGTOLL_SERVER": shop.database.dsn, "PGTOLL_TRUST": str(tmp_path / "trust")}


def test_what_is_listed_is_not_in_force(shop: Shop, settings: dict[str, str]) -> None:
    assert next(one for one in shop.json("license", "list") if one["product"] == "marketing")[
        "in_force"
    ], "without what lies beside the key it is"
    lines = json.loads(done("license", "list", "--json", **settings))
    (line,) = (one for one in lines if one["product"] == "marketing")
    assert (line["in_force"], line["state"]) == (False, "license was revoked")
    (seat,) = json.loads(done("seats", "list", "--json", **settings))
    assert (seat["licensed"], seat["state"]) == (False, "license was revoked")
    report = json.loads(done("report", "--json", **settings))
    states = {one["product"]: one["state"] for one in report["licenses"]}
    assert states == {"marketing": "license was revoked", "base": "in force"}
    assert "license-useless" in call("lint", **settings).stdout
    assert "license-useless" not in call("lint", **shop.environment).stdout


def test_what_is_judged_is_refused(shop: Shop, settings: dict[str, str], tmp_path: Path) -> None:
    assert call("check", READ, "--user", "alice", **shop.environment).exit_code == 0
    result = call("check", READ, "--user", "alice", **settings)
    assert result.exit_code == 3
    assert "license was revoked" in result.stdout
    asked = ("operation", "has", "MrktApp.Use", "--user", "alice")
    assert call(*asked, **shop.environment).exit_code == 0
    assert call(*asked, **settings).exit_code == 3
    file = tmp_path / "day.recording"
    file.write_bytes(collected([(ALICE, READ)]).as_file(TAKING))
    now = call("replay", file, "--json", **settings)
    other = call("replay", file, "--json", **shop.environment)
    assert (now.exit_code, other.exit_code) == (0, 0)
    assert now.stdout != other.stdout


def test_it_is_neither_uploaded_again_nor_granted(shop: Shop, settings: dict[str, str]) -> None:
    license = shop.vendor / "m.lic"
    assert "no personal license in force" in failed(
        2, "seats", "grant", "marketing", "bob", **settings
    )
    shop.done("license", "delete", "--product", "marketing")
    assert "was revoked" in failed(3, "license", "upload", license, **settings)
    revocation = Path(settings["PGTOLL_TRUST"]) / "r.revocation"
    assert "nothing changed" not in done("license", "upload", revocation, **settings)
    assert "nothing changed" in done("license", "upload", revocation, **settings)


def test_the_console_says_the_same(shop: Shop, settings: dict[str, str]) -> None:
    file = NamedFile("m.lic", (shop.vendor / "m.lic").read_bytes())

    async def tell() -> None:
        now, desk = datetime.now(UTC), Desk(load_config(environment=settings))
        try:
            found = {one.code: one.status for one in (await desk.overview(now)).products}
            assert found["marketing"] is Status.REVOKED
            (preview,) = (await desk.preview_upload([file], now)).files
            assert "was revoked" in preview.refusal
        finally:
            await desk.close()

    asyncio.run(tell())


def test_an_import_goes_by_it(
    shop: Shop, settings: dict[str, str], any_database: Postgres, tmp_path: Path
) -> None:
    """A personal license and one for the server collide, unless one of them is withdrawn."""
    out, new = tmp_path / "x", Shop(shop.vendor, any_database)
    shop.done("export", "--out", out)
    new.done("init")
    server = shop.license("s", "marketing", "--serial", 2)
    elsewhere = settings | {"PGTOLL_SERVER": any_database.dsn}
    done("license", "upload", shop.vendor / "marketing.product", server, **elsewhere)
    assert "collides with server license" in new.failed(3, "import", out, "--newer")
    done("import", out, "--newer", **elsewhere)
    lines = json.loads(done("license", "list", "--json", **elsewhere))
    states = {one["type"]: one["state"] for one in lines if one["product"] == "marketing"}
    assert states == {"personal": "license was revoked", "server": "in force"}
