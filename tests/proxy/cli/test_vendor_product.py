"""A product says what was asked or found; a wrong call writes nothing."""

import json
from pathlib import Path

import pytest
from calls import done, failed
from servers import Postgres
from signed_files import a_product, signed

from pgtoll_policy.documents import Component, Operation, Product


def test_a_product_says_what_was_asked(vendor: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.product"
    more = ("--object", "Mrkt*", "--object", "crm.MrktLog", "--operation", "M.Use=Use it")
    done(*a_product(vendor, out, *more, "--serial", "4"))
    product = signed(vendor, out)
    assert isinstance(product, Product)
    assert (product.code, product.title, product.prefix) == ("marketing", "Marketing", "Mrkt")
    assert product.objects == ("Mrkt*", "crm.MrktLog")
    assert product.operations == (Operation("M.Use", "Use it"),)
    assert (product.cap, product.exempt, product.serial) == (None, (), 4)


def test_base_sets_the_cap(vendor: Path, tmp_path: Path) -> None:
    out = tmp_path / "base.product"
    what = ("--code", "base", "--title", "CRM", "--cap", "50", "--exempt", "Setting*")
    done("vendor", "product", *what, "--key", vendor / "vendor.key", "--out", out)
    product = signed(vendor, out)
    assert isinstance(product, Product)
    assert (product.objects, product.cap, product.exempt) == (("*",), 50, ("Setting*",))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ((), "no object"),
        (("--object", "Contact"), "does not start with the prefix"),
        (("--object", "a.b.Mrkt"), "more than one dot"),
        (("--object", "Mrkt*", "--prefix", "Usr"), "Usr"),
        (("--object", "Mrkt*", "--prefix", ""), "prefix must be"),
        (("--object", "Mrkt*", "--code", "1x"), "code must be"),
        (("--object", "Mrkt*", "--title", ""), "title must have"),
        (("--object", "Mrkt*", "--operation", "Use"), "expected CODE=NAME"),
        (("--object", "Mrkt*", "--operation", "=Use"), "expected CODE=NAME"),
        (("--object", "Mrkt*", "--operation", "b c=Use"), "code must be"),
        (("--object", "Mrkt*", "--cap", "5"), "only product base"),
        (("--object", "Mrkt*", "--exempt", "MrktLog"), "only product base"),
        (("--object", "Mrkt*", "--serial", "0"), "serial must be"),
        (("--object", "Mrkt*", "--serial", "x"), "--serial"),
        (("--object", "Mrkt*", "--object", "mrkt*"), "twice"),
    ],
)
def test_a_wrong_product_is_refused_and_not_written(
    more: tuple[str, ...], words: str, vendor: Path, tmp_path: Path
) -> None:
    out = tmp_path / "m.product"
    assert words in failed(2, *a_product(vendor, out, *more))
    assert not out.exists()


def test_a_product_signed_again_is_newer(vendor: Path, tmp_path: Path) -> None:
    serials = []
    for name in ("1.product", "2.product"):
        what = ("--code", "base", "--title", "Base", "--key", vendor / "vendor.key")
        done("vendor", "product", *what, "--out", tmp_path / name)
        product = signed(vendor, tmp_path / name)
        serials.append(product.serial)
    assert serials[0] < serials[1]


def described(folder: Path, content: object) -> str:
    file = folder / "descriptor.json"
    file.write_bytes(json.dumps(content).encode("utf-8-sig"))
    return str(file)


def test_components_come_from_descriptors(vendor: Path, tmp_path: Path) -> None:
    package = {
        "Descriptor": {"Name": "MrktPackage", "ModifiedOnUtc": "/Date(1600776000000)/"},
        "LicOperations": [{"Code": "Mrkt.Page", "Name": "Page"}, {"Code": "M2", "Name": "Two"}],
        "DependsOn": [{"Name": "Base", "deep": [[{"LicOperations": 1}]]}] * 2000,
    }
    out = tmp_path / "m.product"
    file = described(tmp_path, package)
    done(*a_product(vendor, out, "--descriptor", file, "--descriptor", file))
    product = signed(vendor, out)
    assert isinstance(product, Product)
    assert product.components == (Component("Mrkt.Page", "Page"), Component("M2", "Two"))
    assert product.objects == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([], "descriptor must be an object"),
        ({"LicOperations": []}, "has no LicOperations"),
        ({"LicOperations": [{"Code": "a b", "Name": "x"}]}, "Code must be"),
    ],
)
def test_a_wrong_descriptor_is_one_line(
    content: object, words: str, vendor: Path, tmp_path: Path
) -> None:
    out = tmp_path / "m.product"
    file = described(tmp_path, content)
    message = failed(2, *a_product(vendor, out, "--descriptor", file))
    assert words in message
    assert "descriptor.json" in message
    assert not out.exists()


def test_a_review_signs_nothing_and_shows_everything(tmp_path: Path) -> None:
    what = ("--code", "m", "--title", "M", "--prefix", "Mrkt", "--object", "Mrkt*")
    shown = json.loads(done("vendor", "product", *what, "--review", "--json"))
    assert (shown["objects"], shown["version"], shown["tables"]) == (["Mrkt*"], None, [])
    printed = done("vendor", "product", *what, "--operation", "M.Use=Use it", "--review")
    assert "operation   M.Use   Use it" in printed
    assert "1 object, 1 operation, 0 components\nproduct m not signed: --review" in printed
    assert "does not start with the prefix" in failed(
        2, "vendor", "product", *what, "--object", "Contact", "--review"
    )


@pytest.mark.parametrize("option", ["--key", "--out"])
def test_signing_needs_a_key_and_a_file(option: str, vendor: Path, tmp_path: Path) -> None:
    arguments = [str(each) for each in a_product(vendor, tmp_path / "p", "--object", "Mrkt*")]
    at = arguments.index(option)
    assert f"missing option {option}" in failed(2, *arguments[:at], *arguments[at + 2 :])


def test_a_version_is_numbers_joined_by_dots(vendor: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.product"
    done(*a_product(vendor, out, "--object", "Mrkt*", "--version", "8.1"))
    product = signed(vendor, out)
    assert isinstance(product, Product)
    assert product.version == "8.1"
    message = failed(2, *a_product(vendor, out, "--object", "Mrkt*", "--version", "eight"))
    assert "version must be numbers joined by dots" in message


TABLES = """
    CREATE SCHEMA crm; CREATE SCHEMA "Mrkt Two";
    CREATE TABLE "MrktCampaign" (id int PRIMARY KEY);
    CREATE TABLE crm.mrkttarget (id int); CREATE TABLE "Mrkt Two"."MRKTTARGET" (id int);
    CREATE TABLE "MrktLog" (at date) PARTITION BY RANGE (at);
    CREATE TABLE mrktlog_2026 PARTITION OF "MrktLog" FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
    CREATE TABLE archive (at date) PARTITION BY RANGE (at);
    CREATE TABLE mrktarchive PARTITION OF archive FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
    CREATE TABLE "Mrkt.odd" (id int); CREATE TABLE contact (id int);
    CREATE VIEW mrktview AS SELECT 1 AS one;
    CREATE MATERIALIZED VIEW mrktsums AS SELECT 1 AS one;
    CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER far FOREIGN DATA WRAPPER nowhere;
    CREATE FOREIGN TABLE mrktfar (id int) SERVER far;
    CREATE TEMPORARY TABLE mrkttemporary (id int);
"""


@pytest.mark.live
def test_the_index_is_made_from_a_database(
    vendor: Path, tmp_path: Path, database: Postgres
) -> None:
    database.execute(TABLES)
    out = tmp_path / "m.product"
    more = ("--object", "mrktcampaign", "--object", "MrktPlanned", "--from-dsn", database.dsn)
    shown = json.loads(done(*a_product(vendor, out, *more, "--json")))
    product = signed(vendor, out)
    assert isinstance(product, Product)
    expected = ["mrktcampaign", "MrktPlanned", "MRKTTARGET", "Mrkt*odd", "MrktLog"]
    assert list(product.objects) == shown["objects"] == [*expected, "mrktarchive", "mrktfar"]
    tables = {table["object"]: (table["kind"], table["schemas"]) for table in shown["tables"]}
    assert tables["MrktCampaign"] == ("table", ["public"])
    assert tables["MRKTTARGET"] == ("table", ["Mrkt Two", "crm"])
    assert tables["MrktLog"][0] == "partitioned table"
    assert tables["mrktfar"][0] == "foreign table"
    assert shown["views"] == ["mrktsums", "mrktview"]
    printed = done(*a_product(vendor, out, *more))
    assert "MrktLog        partitioned table   public" in printed
    assert "left out, judged by the tables they read: mrktsums, mrktview" in printed
    assert "7 objects, 0 operations, 0 components" in printed


@pytest.mark.live
def test_a_database_without_such_tables_is_said(vendor: Path, database: Postgres) -> None:
    out = vendor / "m.product"
    more = ("--from-dsn", database.dsn)
    message = failed(2, *a_product(vendor, out, *more))
    assert message == "--from-dsn: no table there has a name that starts with Mrkt"
    message = failed(2, *a_product(vendor, out, *more, "--prefix", "Usr"))
    assert message.startswith("--prefix: prefix Usr claims names under Usr")
    message = failed(2, *a_product(vendor, out, *more, "--code", "base", "--prefix", ""))
    assert message.startswith("--from-dsn: base owns what no other product names")
    message = failed(2, *a_product(vendor, out, "--from-dsn", "host=127.0.0.1 port=1"))
    assert message.startswith("--from-dsn: cannot read the tables: ")
    assert not out.exists()
