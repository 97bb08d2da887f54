"""Uploading, listing and deleting licenses: all or nothing, and every refusal says why."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from calls import Shop, done, failed
from psycopg.conninfo import make_conninfo

pytestmark = pytest.mark.live


def test_a_directory_is_what_is_signed_in_it(shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    assert "nothing to upload" in shop.done("license", "upload", folder)
    (folder / "readme.txt").write_text("no license")
    shop.license("m", "marketing").rename(folder / "a.lic")
    shop.product().rename(folder / "z.product")
    printed = shop.done("license", "upload", folder)
    assert printed.count("\n") == 2
    assert "z.product: product marketing" in printed


def test_everything_is_uploaded_products_first(shop: Shop) -> None:
    license = shop.license("m", "marketing", "--seats", 2)
    printed = shop.done("license", "upload", license, shop.product())
    first, second = printed.splitlines()
    assert "marketing.product: product marketing, serial " in first
    assert "m.lic: personal license " in second
    assert "of 2 seats for product marketing, " in second


def test_the_same_file_again_changes_nothing(shop: Shop) -> None:
    license = shop.license("b", "base")
    shop.done("license", "upload", license)
    assert "which was there already" in shop.done("license", "upload", license)
    assert len(shop.json("license", "list")) == 1


def test_one_refused_file_keeps_the_others_out(shop: Shop) -> None:
    good, unknown = shop.license("b", "base"), shop.license("s", "sales")
    assert "product sales is not known" in shop.failed(3, "license", "upload", good, unknown)
    garbage = shop.vendor / "garbage.lic"
    garbage.write_bytes(b"\xff\0garbage")
    message = shop.failed(3, "license", "upload", good, garbage)
    assert "garbage.lic: not a signed file" in message
    assert shop.json("license", "list") == []


def test_an_older_serial_is_refused(shop: Shop) -> None:
    newer = shop.license("2", "base", "--serial", 2)
    older = shop.license("1", "base", "--serial", 1)
    shop.done("license", "upload", newer)
    assert "is older than 2" in shop.failed(3, "license", "upload", older)


def test_a_newer_serial_takes_the_olders_place(shop: Shop) -> None:
    shop.done("license", "upload", shop.license("1", "base"))
    shop.done("license", "upload", shop.license("2", "base", "--serial", 2))
    assert [line["serial"] for line in shop.json("license", "list")] == [2]


def test_personal_beside_server_is_refused_naming_the_elements(shop: Shop) -> None:
    shop.done("license", "upload", shop.product(), shop.license("s", "marketing"))
    personal = shop.license("p", "marketing", "--seats", 1)
    assert "object Mrkt*" in shop.failed(3, "license", "upload", personal)


@pytest.mark.parametrize(
    ("name", "words"),
    [("absent.lic", "no such file"), ("vendor.pub", "not a signed file")],
)
def test_a_wrong_file_is_one_line(name: str, words: str, shop: Shop) -> None:
    status = 3 if name == "vendor.pub" else 2
    assert words in shop.failed(status, "license", "upload", shop.vendor / name)


def test_a_list_tells_the_state_of_each_license(shop: Shop) -> None:
    day = datetime.now(UTC).date()
    future = (day + timedelta(days=40)).isoformat()
    files = [
        shop.product(),
        shop.license("old", "marketing", "--seats", 5, "--starts", "2024-01-01"),
        shop.license("next", "marketing", "--seats", 5, "--starts", future),
        shop.license("now", "base", "--starts", day.isoformat(), "--days", 10, "--version", "8.1"),
    ]
    shop.done("license", "upload", *files)
    old, later, now = shop.json("license", "list")
    assert (old["in_force"], old["state"]) == (False, "license expired on 2024-12-30")
    assert (later["in_force"], later["state"]) == (False, f"license is not valid before {future}")
    assert (now["in_force"], now["state"]) == (True, "in force")
    assert (now["product"], now["type"], now["seats"]) == ("base", "server", None)
    assert (now["customer"], now["version"], now["serial"]) == ("acme", "8.1", 1)
    assert now["starts"] == f"{day}T00:00:00Z"
    assert now["uploaded_by"] == shop.database.user
    printed = shop.done("license", "list")
    assert "license expired on 2024-12-30" in printed
    assert f"{day}   {day + timedelta(days=9)}   acme" in printed


def test_a_list_of_nothing_says_what_that_means(shop: Shop) -> None:
    assert shop.json("license", "list") == []
    printed = shop.done("license", "list")
    assert "No license is held." in printed
    assert "demo mode: each table takes up to 1000 rows" in printed


def test_a_list_counts_the_seats_of_each_product(shop: Shop) -> None:
    shop.done("license", "upload", shop.product(), shop.license("m", "marketing", "--seats", 3))
    shop.done("seats", "grant", "marketing", "alice")
    (line,) = [
        line.split()
        for line in shop.done("license", "list").splitlines()
        if line.startswith("marketing")
    ]
    assert line[:4] == ["marketing", "Marketing", "1", "3"]
    assert " ".join(line[4:]) == "personal license: for users with a seat"


def test_what_another_key_has_signed_is_listed_as_not_counting(shop: Shop, tmp_path: Path) -> None:
    shop.done("license", "upload", shop.product(), shop.license("m", "marketing"))
    shop.done("vendor", "keygen", "--out", tmp_path / "other")
    (line,) = shop.json("license", "list", "--trust", tmp_path / "other")
    assert (line["product"], line["in_force"], line["type"]) == ("marketing", False, None)
    assert "not signed by a trusted key" in line["state"]
    printed = shop.done("license", "list", "--trust", tmp_path / "other")
    assert "product marketing does not count: not signed by a trusted key" in printed


def test_without_a_key_nothing_listed_is_vouched_for(shop: Shop) -> None:
    shop.done("license", "upload", shop.license("b", "base"))
    printed = done("license", "list", "--server", shop.database.uri)
    assert "signature not checked: give --trust" in printed


def test_a_license_for_another_customer_is_listed_with_the_reason(shop: Shop) -> None:
    shop.done("license", "upload", shop.license("b", "base"))
    (line,) = shop.json("license", "list", "--customer", "someone")
    assert (line["in_force"], line["state"]) == (False, 'license is for customer "acme"')


def test_a_revoked_license_is_listed_as_such(shop: Shop) -> None:
    shop.done("license", "upload", shop.license("b", "base"))
    (held,) = shop.json("license", "list")
    out = shop.vendor / "r.revocation"
    key = ("--key", shop.vendor / "vendor.key", "--out", out)
    shop.done("vendor", "revoke", "--license", held["id"], *key)
    assert f"revocation of {held['id']}" in shop.done("license", "upload", out)
    (line,) = shop.json("license", "list")
    assert line["state"] == "license was revoked"


def test_deleting_takes_one_products_licenses(shop: Shop) -> None:
    files = [shop.product(), shop.license("m", "marketing"), shop.license("b", "base")]
    shop.done("license", "upload", *files)
    assert "of product marketing deleted" in shop.done(
        "license", "delete", "--product", "marketing"
    )
    assert [line["product"] for line in shop.json("license", "list")] == ["base"]
    assert "of product base deleted" in shop.done("license", "delete", "--all")
    assert shop.done("license", "delete", "--all") == "no license was held\n"


def test_deleting_for_an_unknown_product_is_a_wrong_name(shop: Shop) -> None:
    message = shop.failed(2, "license", "delete", "--product", "marketting")
    assert "product marketting is not known here" in message
    assert shop.done("license", "delete", "--product", "base") == "no license was held\n"


@pytest.mark.parametrize("options", [(), ("--all", "--product", "base")])
def test_deleting_needs_one_of_two_options(options: tuple[str, ...]) -> None:
    assert "either --product CODE or --all" in failed(2, "license", "delete", *options)


@pytest.mark.parametrize("command", ["list", "delete --all", "upload x.lic"])
def test_the_server_must_be_named(command: str) -> None:
    assert "server is not set" in failed(2, "license", *command.split())


def test_a_manager_may_do_all_of_it(shop: Shop) -> None:
    manager = f"dana_{shop.database.dbname}"
    shop.database.execute(f"CREATE ROLE {manager} LOGIN IN ROLE pgtoll_manager")
    try:
        options = ("--server", make_conninfo(shop.database.dsn, user=manager))
        files = (shop.product(), shop.license("m", "marketing", "--seats", 1))
        shop.done("license", "upload", *files, *options)
        shop.done("seats", "grant", "marketing", "alice", *options)
        assert shop.json("seats", "list", *options)[0]["granted_by"] == manager
        assert shop.json("license", "list", *options)[0]["uploaded_by"] == manager
        shop.done("seats", "revoke", "marketing", "alice", *options)
        shop.done("license", "delete", "--all", *options)
    finally:
        shop.database.execute(f"DROP ROLE {manager}")


def test_anybody_else_may_do_none_of_it(shop: Shop) -> None:
    user = f"eve_{shop.database.dbname}"
    shop.database.execute(f"CREATE ROLE {user} LOGIN")
    try:
        options = ("--server", make_conninfo(shop.database.dsn, user=user))
        for command in ("license list", "license delete --all", "seats list", "seats grant m x"):
            message = shop.failed(2, *command.split(), *options)
            assert "permission denied" in message
            assert "pgtoll_manager" in message
    finally:
        shop.database.execute(f"DROP ROLE {user}")
