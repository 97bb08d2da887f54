"""A store is brought back, or elsewhere: all of it or nothing, and nothing newer is taken back."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from calls import Shop, call, done
from license_samples import PERSONAL
from servers import Postgres
from stored import EMPTY, FULL, held

from pgtoll.backup.form import render

pytestmark = pytest.mark.live

TABLES = (
    "documents",
    "document",
    "seat",
    "seat_history",
    "document_history",
    "pin",
    "clock",
    "import",
)


@pytest.fixture
def market(shop: Shop) -> Shop:
    """A shop with an add-on for five, three of whom have a seat, one of them again."""
    shop.done("license", "upload", shop.product(), shop.license("m", "marketing", "--seats", 5))
    shop.done("seats", "grant", "marketing", "alice", "bob")
    shop.done("seats", "revoke", "marketing", "alice")
    shop.done("seats", "grant", "marketing", "carol")
    shop.done("seats", "grant", "marketing", "alice")
    return shop


@pytest.fixture
def other(market: Shop, postgres: Postgres) -> Iterator[Shop]:
    """Another database with an empty store, and the same vendor."""
    database = postgres.new_database(f"other_{secrets.token_hex(4)}")
    try:
        other = replace(market, database=database)
        other.done("init")
        yield other
    finally:
        database.drop_database()


@pytest.fixture
def file(market: Shop, tmp_path: Path) -> Path:
    out = tmp_path / "pgtoll.export"
    market.done("export", "--out", out)
    return out


def rows(shop: Shop, columns: str, table: str) -> list[tuple[object, ...]]:
    with shop.database.connect() as session:
        sql = f"SELECT {columns} FROM pgtoll.{table} ORDER BY 1, 2"
        return session.execute(sql.encode()).fetchall()


def everything(shop: Shop) -> list[list[tuple[object, ...]]]:
    """What two stores have in common when one was imported from the other."""
    return [
        rows(shop, "kind, code, product, serial, file, uploaded_at, uploaded_by", "document"),
        rows(shop, "product, username, granted_at, granted_by", "seat"),
        rows(shop, "at, act, product, username, done_by", "seat_history"),
        rows(shop, "at, act, kind, code, product, serial, done_by", "document_history"),
    ]


def test_an_empty_store_gets_everything_as_it_was(market: Shop, other: Shop, file: Path) -> None:
    printed = other.done("import", file)
    assert "added: product marketing, serial 1" in printed
    assert "granted: the seat of alice for product marketing" in printed
    assert everything(other) == everything(market)
    seats = [line["user"] for line in other.json("seats", "list")]
    assert seats == ["bob", "carol", "alice"], "in the order in which they count"


def test_importing_again_changes_nothing(other: Shop, file: Path) -> None:
    other.done("import", file)
    before = everything(other)
    assert other.done("import", file) == "nothing was changed: the store had all of it\n"
    assert everything(other) == before
    assert len(rows(other, "id, digest", "import")) == 2


def test_it_fits_the_store_that_it_came_from(market: Shop, file: Path) -> None:
    before = everything(market)
    assert "the store had all of it" in market.done("import", file)
    assert everything(market) == before


def test_a_dry_run_says_the_same_and_changes_nothing(other: Shop, file: Path) -> None:
    before = everything(other)
    printed = other.done("import", file, "--dry-run")
    assert printed.endswith("dry run: nothing was changed\n")
    assert everything(other) == before
    assert rows(other, "id, digest", "import") == []
    assert other.done("import", file) == printed.removesuffix("dry run: nothing was changed\n")


def test_json_is_for_programs(other: Shop, file: Path) -> None:
    planned = other.json("import", file, "--dry-run")
    assert (planned["changed"], planned["dry_run"]) == (False, True)
    result = other.json("import", file)
    assert (result["changed"], result["dry_run"]) == (True, False)
    assert result["granted"] == planned["granted"]
    assert ["marketing", "alice"] in result["granted"]


def test_what_is_newer_in_the_store_is_never_taken_back(market: Shop, file: Path) -> None:
    market.done("seats", "revoke", "marketing", "bob")
    market.done("seats", "grant", "marketing", "dave")
    newer = market.license("m2", "marketing", "--seats", 3, "--serial", 2)
    market.done("license", "upload", newer)
    before = everything(market)
    message = market.failed(3, "import", file)
    assert "the seat of bob for product marketing was recalled here" in message
    assert "the seat of dave for product marketing was granted here" in message
    assert "was replaced here by serial 2" in message
    assert "With --newer" in message
    assert market.failed(3, "import", file, "--dry-run") == message
    assert everything(market) == before
    printed = market.done("import", file, "--newer")
    assert "kept: the seat of bob for product marketing was recalled here" in printed
    assert everything(market) == before


def test_a_store_that_was_taken_back_gets_what_came_since(
    market: Shop, other: Shop, file: Path, tmp_path: Path
) -> None:
    other.done("import", file)  # as a backup would have it
    id_ = json.loads(done("inspect", market.vendor / "m.lic", "--json"))["id"]
    out = market.vendor / "r.revocation"
    done("vendor", "revoke", "--license", id_, "--key", market.vendor / "vendor.key", "--out", out)
    market.done("license", "upload", out)
    market.done("seats", "revoke", "marketing", "bob")
    later = tmp_path / "later.export"
    market.done("export", "--out", later)
    printed = other.done("import", later, "--newer")
    assert "added: revocation serial" in printed
    assert "recalled: the seat of bob for product marketing" in printed
    assert everything(other) == everything(market)
    assert "was revoked" in other.done("license", "list")


# Elsewhere


def test_tables_are_pinned_by_their_names(market: Shop, other: Shop, tmp_path: Path) -> None:
    market.database.execute(
        "CREATE TABLE mrktlog (x int);"
        "INSERT INTO pgtoll.product (code) VALUES ('marketing');"
        "INSERT INTO pgtoll.pin SELECT t::regclass, p.id"
        " FROM unnest('{mrktinvoice,mrktlog}'::text[]) t, pgtoll.product p WHERE code = 'marketing'"
    )
    other.database.execute("CREATE TABLE filler (); CREATE TABLE mrktinvoice (amount int)")
    out = tmp_path / "x"
    market.done("export", "--out", out)
    printed = other.done("import", out)
    assert "1 table pinned by name\n" in printed
    assert "not pinned to product marketing: there is no public.mrktlog here\n" in printed
    assert rows(other, "relation::regclass::text, product", "pin") == [
        ("mrktinvoice", rows(other, "id, code", "product")[-1][0])
    ]


def test_licenses_bound_to_the_old_instance_are_told_with_what_to_ask(
    market: Shop, other: Shop, tmp_path: Path
) -> None:
    """Both databases are of one cluster, so the file is made to say otherwise."""
    old = "7000000000000000001"
    market.database.execute("DELETE FROM pgtoll.document WHERE kind = 'license'")
    bound = market.license("b", "marketing", "--seats", 3, "--instance", old, "--version", "8.1")
    with market.database.connect() as session:
        session.execute(
            "INSERT INTO pgtoll.document (kind, code, product, serial, file)"
            " VALUES ('license', %s, 'marketing', 1, %s)",
            [json.loads(done("inspect", bound, "--json"))["id"], bound.read_bytes()],
        )
    out = tmp_path / "x"
    market.done("export", "--out", out)
    printed = other.done("import", out)
    assert f"is bound to instance {old}, this is " in printed
    asked = (
        "pgtoll license request --customer acme --version 8.1 --want marketing=3 --out moved.tlr"
    )
    assert asked in printed
    assert "license is for instance" in other.done("license", "list"), "and not demo mode"
    command = asked.replace("moved.tlr", str(tmp_path / "moved.tlr")).split()[1:]
    other.done(*command)
    answer = tmp_path / "answer"
    key = ("--key", market.vendor / "vendor.key")
    done("vendor", "issue", "--request", tmp_path / "moved.tlr", *key, "--out", answer)
    other.done("license", "upload", answer)
    (line,) = other.json("license", "list")
    assert line["state"] == "in force"


def test_the_store_may_be_a_database_of_its_own(
    market: Shop, other: Shop, postgres: Postgres, tmp_path: Path
) -> None:
    apart = postgres.new_database(f"apart_{secrets.token_hex(4)}")
    try:
        done("init", "--server", apart.dsn)
        market.database.execute(
            "INSERT INTO pgtoll.product (code) VALUES ('marketing');"
            "INSERT INTO pgtoll.pin SELECT 'mrktinvoice'::regclass, max(id) FROM pgtoll.product"
        )
        out = tmp_path / "x"
        market.done("export", "--out", out)
        other.database.execute("CREATE TABLE mrktinvoice (amount int)")
        other.done("import", out, "--store", apart.dsn)
        assert rows(other, "product, username", "seat") == []
        assert len(rows(other, "relation, product", "pin")) == 1
        elsewhere = replace(other, database=apart)
        assert everything(elsewhere) == everything(market)
        assert rows(elsewhere, "relation, product", "pin") == []
        again = tmp_path / "y"
        other.done("export", "--out", again, "--store", apart.dsn)
        assert json.loads(done("inspect", again, "--json"))["records"]["pins"] == 1
    finally:
        apart.drop_database()


# What is refused leaves nothing behind


def test_a_file_that_is_cut_is_refused(other: Shop, file: Path) -> None:
    before, data = everything(other), file.read_bytes()
    for length in (10, len(data) // 2, len(data) - 1):
        file.write_bytes(data[:length])
        assert other.failed(3, "import", file).startswith(str(file))
    assert everything(other) == before


def test_documents_of_a_stranger_are_refused(other: Shop, file: Path, tmp_path: Path) -> None:
    done("vendor", "keygen", "--out", tmp_path / "stranger")
    before = everything(other)
    argument = ("import", file, "--server", other.database.dsn, "--trust", tmp_path / "stranger")
    result = call(*argument)
    assert result.exit_code == 3
    assert "not signed by a trusted key" in result.stderr
    assert "--skip-untrusted" in result.stderr
    assert everything(other) == before
    printed = done(*argument, "--skip-untrusted")
    assert "left out: product marketing: not signed by a trusted key" in printed
    assert [one[0] for one in everything(other)[0]] == []
    assert len(everything(other)[1]) == 3


def test_a_document_described_as_another_is_refused(other: Shop, tmp_path: Path) -> None:
    """What people read beside a signed file has to be what it says."""
    lying = replace(held(1, PERSONAL), code="f" * 32)
    file = tmp_path / "x"
    file.write_bytes(render(replace(EMPTY, documents=(lying,))))
    (tmp_path / "k.pub").write_bytes(_sample_key())
    trusted = ("--trust", tmp_path / "k.pub")
    assert "described as another" in other.failed(3, "import", file, *trusted)


def test_one_document_that_cannot_be_held_stops_all_of_it(other: Shop, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(render(replace(FULL, documents=FULL.documents[1:])))
    (tmp_path / "k.pub").write_bytes(_sample_key())
    before = everything(other)
    message = other.failed(3, "import", file, "--trust", tmp_path / "k.pub")
    assert "upload its product file first" in message
    assert everything(other) == before


def test_a_text_that_the_database_cannot_hold_stops_all_of_it(
    market: Shop, postgres: Postgres, tmp_path: Path
) -> None:
    name = f"latin_{secrets.token_hex(4)}"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    latin = replace(market, database=replace(postgres, dbname=name))
    try:
        latin.done("init")
        file = tmp_path / "x"
        file.write_bytes(render(FULL))
        (tmp_path / "k.pub").write_bytes(_sample_key())
        before = everything(latin)
        message = latin.failed(2, "import", file, "--trust", tmp_path / "k.pub")
        assert "cannot import: " in message
        assert everything(latin) == before
    finally:
        latin.database.drop_database()


def _sample_key() -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from license_samples import PUBLIC_KEY

    return PUBLIC_KEY.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_a_file_is_given(shop: Shop, tmp_path: Path) -> None:
    assert "FILE" in shop.failed(2, "import")
    assert "no such file" in shop.failed(2, "import", tmp_path / "x")


def test_many_seats_are_imported(market: Shop, other: Shop, tmp_path: Path) -> None:
    market.database.execute(
        "INSERT INTO pgtoll.seat (product, username)"
        " SELECT 'marketing', 'u' || n FROM generate_series(1, 20000) n"
    )
    out = tmp_path / "x"
    market.done("export", "--out", out)
    assert "granted: 20,003 seats of product marketing" in other.done("import", out)
    assert everything(other) == everything(market)
