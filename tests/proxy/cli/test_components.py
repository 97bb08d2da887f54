"""`pgtoll components check` prints the notification that whoever installs a package gets."""

import json
from pathlib import Path

import pytest
from calls import Shop, call, failed

pytestmark = pytest.mark.live

USE, MAIL = ("MrktApp.Use", "Marketing"), ("MrktApp.Mail", "Bulk mail")
NOTICE = (
    "You have no license for the following components: {}. Contact the system administrator to "
    "receive the license. Otherwise, access to the components will be forbidden.\n"
)


@pytest.fixture
def market(shop: Shop) -> Shop:
    """A shop where alice has the one seat of marketing."""
    operations = [item for pair in (USE, MAIL) for item in ("--operation", "=".join(pair))]
    product = shop.product("marketing", "Mrkt", *operations)
    shop.done("license", "upload", product, shop.license("m", "marketing", "--seats", 1))
    shop.done("seats", "grant", "marketing", "alice")
    return shop


def package(folder: Path, *components: tuple[str, str], **more: object) -> Path:
    """Write a package's descriptor as its tools do, and return the file."""
    value: dict[str, object] = {"Descriptor": {"ModifiedOnUtc": "/Date(1522657976000)/", **more}}
    value["LicOperations"] = [{"Code": code, "Name": name} for code, name in components]
    path = folder / "MrktPackage" / "descriptor.json"
    path.parent.mkdir()
    text = json.dumps(value, ensure_ascii=False).replace("/", "\\/")
    path.write_text(text, encoding="utf-8-sig")
    return path


def test_who_has_licenses_for_all_is_told_so(market: Shop, tmp_path: Path) -> None:
    descriptor = package(tmp_path, USE, MAIL, Name="MrktApp")
    printed = market.done("components", "check", descriptor, "--user", "alice")
    assert printed == 'user "alice" may use all 2 licensed components of package MrktApp\n'
    found = market.json("components", "check", descriptor, "--user", "alice")
    assert (found["allowed"], found["missing"], found["notice"]) == (True, [], "")


def test_who_lacks_some_gets_the_notification_to_the_letter(market: Shop, tmp_path: Path) -> None:
    descriptor = package(tmp_path, USE, MAIL, Name="MrktApp")
    result = call("components", "check", descriptor, "--user", "bob", **market.environment)
    assert (result.exit_code, result.stderr) == (3, "")
    assert result.stdout == NOTICE.format("“Marketing” (MrktApp), “Bulk mail” (MrktApp)")


def test_a_package_without_a_name_has_its_folders(market: Shop, tmp_path: Path) -> None:
    descriptor = package(tmp_path, USE)
    result = call("components", "check", descriptor, "--user", "bob", **market.environment)
    assert result.stdout == NOTICE.format("“Marketing” (MrktPackage)")


def test_a_component_of_no_product_has_no_license(market: Shop, tmp_path: Path) -> None:
    descriptor = package(tmp_path, USE, ("Other.Use", "Other"), Name="MrktApp")
    command = ("components", "check", descriptor, "--user", "alice", "--json")
    result = call(*command, **market.environment)
    assert result.exit_code == 3
    found = json.loads(result.stdout)
    assert found["missing"] == [{"code": "Other.Use", "name": "Other"}]
    assert found["notice"] + "\n" == NOTICE.format("“Other” (MrktApp)")


def test_nobody_is_notified_in_demo_mode(market: Shop, tmp_path: Path) -> None:
    market.done("license", "delete", "--all")
    descriptor = package(tmp_path, USE, MAIL, Name="MrktApp")
    market.done("components", "check", descriptor, "--user", "bob")


def test_a_package_may_have_nothing_that_is_licensed(market: Shop, tmp_path: Path) -> None:
    descriptor = package(tmp_path, Name="MrktApp")
    printed = market.done("components", "check", descriptor, "--user", "bob")
    assert printed == "package MrktApp has no licensed components\n"


def test_a_file_that_is_no_descriptor_is_named(market: Shop, tmp_path: Path) -> None:
    path = tmp_path / "descriptor.json"
    path.write_text("{")
    message = market.failed(2, "components", "check", path, "--user", "bob")
    assert message.startswith(f"{path}: descriptor is not JSON")
    absent = tmp_path / "absent.json"
    message = market.failed(2, "components", "check", absent, "--user", "bob")
    assert message == f"cannot read {absent}: no such file or directory"


def test_the_user_must_be_named() -> None:
    assert "missing option '--user'" in failed(2, "components", "check", "descriptor.json")
