"""What a DBA does: record for a while, replay with one seat fewer, read who loses what, take the
seat, and see exactly that happen."""

import json
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import servers
from licensing import BASE, MARKETING
from proxies import Site, environment, eventually, prepared, running_proxy

pytestmark = pytest.mark.live

SECONDS = 100
SOON = 30.0
# What an ORM sends: quoted names, aliases, a transaction around it, lists of many lengths.
ORM = (
    "BEGIN",
    'SELECT "c"."id", "c"."name" FROM "contact" AS "c" WHERE "c"."id" IN (1, 2, 3)',
    'INSERT INTO "contact" ("id", "name") VALUES (17, \'a\') RETURNING "contact"."id"',
    "COMMIT",
)
ADD_ON = (
    'SELECT "o"."id", "c"."name" FROM "mrktorder" "o" JOIN "contact" "c" ON "c"."id" = "o"."id"',
    "INSERT INTO mrktorder VALUES (4711)",
    "UPDATE mrktorder SET id = id WHERE id = 4711",
    "SELECT count(*) FROM orders",
)


@pytest.fixture
def shop(postgres: servers.Postgres, tmp_path: Path) -> Iterator[Site]:
    """A shop of three: Ann and Ben have a seat of the add-on, Cem has none and wants none."""
    users = [f"{name}_{secrets.token_hex(3)}" for name in ("ann", "ben", "cem")]
    try:
        with prepared(postgres, tmp_path) as (licensing, trust):
            vendor = licensing.vendor
            licensing.upload(
                vendor.product(), vendor.license(BASE), vendor.license(MARKETING, seats=2)
            )
            for user in users:
                licensing.database.execute(f"CREATE ROLE {user} LOGIN")
            licensing.database.execute(
                "CREATE TABLE contact (id bigint, name text); CREATE TABLE mrktorder (id bigint);"
                "CREATE VIEW orders AS SELECT * FROM mrktorder;"
                "GRANT ALL ON contact, mrktorder, orders TO PUBLIC; GRANT ALL ON SCHEMA public"
                " TO PUBLIC"
            )
            licensing.grant(MARKETING, users[0], users[1])
            with running_proxy(licensing.database, trust, workers=2) as proxy:
                yield Site(licensing.database, licensing, trust, proxy, users[0], users[1])
    finally:
        for user in users:
            postgres.execute(f"DROP ROLE IF EXISTS {user}")


def pgtoll(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pgtoll", *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def day(site: Site, user: str, *, add_on: bool) -> list[str]:
    """Work as an application does; return the statements that were refused."""
    refused = []
    with site.proxy.connect(user) as session:
        for sql in (*ORM, *(ADD_ON if add_on else ())) * 3:
            try:
                session.execute(sql.encode())
            except psycopg.errors.InsufficientPrivilege:
                refused.append(sql)
        for number in range(5):
            session.execute('SELECT "name" FROM "contact" WHERE "id" = %s', [number], prepare=True)
    return refused


def pgbench(site: Site, user: str) -> None:
    binaries = servers.embedded_binaries()
    assert binaries is not None
    script = site.trust.with_name("orders.sql")
    script.write_text("SELECT count(*) FROM mrktorder WHERE id = :client_id;\n")
    for options in (["-M", "prepared", "-f", str(script)], ["-M", "simple", "-f", str(script)]):
        command = [str(binaries / "pgbench"), "-n", "-c", "2", "-t", "25", *options]
        subprocess.run([*command, site.proxy.dsn(user)], check=True, timeout=SECONDS)


def cem(site: Site) -> str:
    """Return the third of them."""
    return str(site.value("SELECT rolname FROM pg_roles WHERE rolname LIKE 'cem\\_%' LIMIT 1"))


def test_what_is_rehearsed_happens(shop: Site, tmp_path: Path) -> None:
    ann, ben, third = shop.alice, shop.bob, cem(shop)
    file = tmp_path / "day.recording"
    server = ["--server", shop.database.dsn]
    command = [sys.executable, "-m", "pgtoll", "record", *server, "--out", str(file)]
    recorder = subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with suppress(ProcessLookupError):
        try:
            handed = "SELECT last_value > 1 FROM pgtoll.recorded_id_seq"  # both workers take part
            assert eventually(lambda: bool(shop.value(handed)), within=SOON)
            assert day(shop, ann, add_on=True) == []
            assert day(shop, ben, add_on=True) == []
            assert day(shop, third, add_on=False) == []
            pgbench(shop, ben)
        finally:
            recorder.send_signal(signal.SIGINT)
    out, errors = recorder.communicate(timeout=SECONDS)
    assert recorder.returncode == 0, errors
    assert "3 users" in out

    trust = ["--trust", str(shop.trust)]
    same = pgtoll("replay", str(file), *server, *trust)
    assert (same.returncode, same.stderr) == (0, "")
    assert "Nothing changes for anybody." in same.stdout

    fewer = ["--recall", f"{MARKETING}={ben}"]
    told = pgtoll("replay", str(file), *server, *trust, *fewer)
    assert (told.returncode, told.stderr) == (3, "")
    assert f"  {ben}: " in told.stdout
    assert ann not in told.stdout
    assert third not in told.stdout
    found = json.loads(pgtoll("replay", str(file), *server, *trust, *fewer, "--json").stdout)
    (loss,) = found["changes"]
    assert (loss["change"], loss["user"], loss["product"]) == ("loses", ben, MARKETING)
    assert loss["statements"] == 3 * len(ADD_ON) + 100
    assert "public.mrktorder" in loss["tables"]
    assert "no seat" in loss["after"]
    # As many as were sent: by each, and by pgbench, which lost nothing.
    each = 3 * len(ORM) + 5
    assert found["statements"] >= 3 * each + 2 * 3 * len(ADD_ON) + 100

    # Nothing has happened yet.
    assert day(shop, ben, add_on=True) == []
    done = pgtoll("seats", "revoke", MARKETING, ben, *server, *trust)
    assert done.returncode == 0, done.stderr
    lost = [one for one in [*ORM, *ADD_ON] if one in ADD_ON]
    assert eventually(lambda: day(shop, ben, add_on=True) == lost * 3, within=SOON)
    assert day(shop, ann, add_on=True) == []
    assert day(shop, third, add_on=False) == []
    assert day(shop, ben, add_on=False) == []

    # And it is the other way round from here on.
    back = pgtoll("replay", str(file), *server, *trust, "--grant", f"{MARKETING}={ben}")
    assert back.returncode == 0
    assert "GAINS" in back.stdout
    full = pgtoll("replay", str(file), *server, *trust, "--grant", f"{MARKETING}={ben}",
                  "--grant", f"{MARKETING}={third}")  # fmt: skip
    assert (full.returncode, full.stdout) == (2, "")
    assert "2 seats" in full.stderr


def test_drafts_are_signed_files(shop: Site, tmp_path: Path) -> None:
    file, server = tmp_path / "short.recording", ["--server", shop.database.dsn]
    command = ["record", *server, "--out", str(file), "--for", "2s", "--keep", "0"]
    recorder = subprocess.Popen(
        [sys.executable, "-m", "pgtoll", *command], env=environment(), stdout=subprocess.DEVNULL
    )
    with shop.proxy.connect(shop.alice) as session:
        while recorder.poll() is None:
            session.execute("INSERT INTO mrktorder VALUES (1)")
            session.execute("DELETE FROM mrktorder")
    assert recorder.returncode == 0
    call = ["replay", str(file), *server, "--trust", str(shop.trust)]
    server_license = tmp_path / "all.lic"
    server_license.write_bytes(shop.vendor.license(MARKETING))
    refused = pgtoll(*call, "--with", str(server_license))
    assert refused.returncode == 2  # a personal license controls the same
    assert "all.lic" in refused.stderr
    assert refused.stderr.count("\n") == 1
    without = pgtoll(*call, "--without", MARKETING)
    assert without.returncode == 3
    assert "MAY LOSE" in without.stdout  # demo mode counts rows
    both = pgtoll(*call, "--without", MARKETING, "--with", str(tmp_path / "none.lic"))
    assert (both.returncode, both.stderr.count("\n")) == (2, 1)
    later = pgtoll(*call, "--at", "2199-12-31")
    assert later.returncode == 3
    assert "expired" in later.stdout
    torn = tmp_path / "torn.recording"
    torn.write_bytes(file.read_bytes()[:-20])
    cut = pgtoll("replay", str(torn), *call[2:])
    assert (cut.returncode, cut.stdout, cut.stderr.count("\n")) == (2, "", 1)
    assert "cut off" in cut.stderr
    shown = pgtoll("inspect", str(file))
    assert shown.returncode == 0, shown.stderr
    assert "recording" in shown.stdout
