"""A running `pgtoll serve` in front of a test's database, and the vendor whose licenses it obeys."""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow
from servers import Postgres

from pgtoll.migrations import initialise
from pgtoll.store import Store
from pgtoll_policy.documents import License, LicenseType, Product
from pgtoll_policy.issue import generate_key, new_license_id, parse_private_key, sign
from pgtoll_policy.keys import TrustedKeys, parse_public_key, trusted

START_SECONDS = 30.0
IN_FORCE_SECONDS = 1.0  # what is uploaded anywhere holds on every proxy within this time


@dataclass
class Vendor:
    """A vendor's key, and what it signs for the tests."""

    private: bytes
    public: bytes
    serial: int = field(default=0)

    @classmethod
    def new(cls) -> "Vendor":
        private, public = generate_key()
        return cls(private, public)

    def product(self, code: str = "marketing", prefix: str = "Mrkt") -> bytes:
        """A product that owns every table under its prefix."""
        self.serial += 1
        return self._sign(
            Product(
                code=code,
                title=code.title(),
                prefix=prefix,
                objects=(f"{prefix}*",),
                operations=(),
                components=(),
                cap=None,
                exempt=(),
                serial=self.serial,
                issued=datetime.now(UTC),
            )
        )

    def license(self, product: str, *, seats: int | None = None, days: int = 365) -> bytes:
        """A license that began yesterday: for `seats` named users, or for the server."""
        self.serial += 1
        starts = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
        return self._sign(
            License(
                id=new_license_id(),
                product=product,
                type=LicenseType.PERSONAL if seats else LicenseType.SERVER,
                seats=seats,
                starts=starts,
                due=starts + timedelta(days=days),
                customer=None,
                version=None,
                serial=self.serial,
                issued=starts,
            )
        )

    def _sign(self, document: Product | License) -> bytes:
        key = parse_private_key(self.private)
        return sign(replace(document, key_id=key.key_id), key)


@dataclass
class Licensing:
    """Schema pgtoll of one database, as an administrator changes it."""

    database: Postgres
    vendor: Vendor

    def upload(self, *files: bytes) -> None:
        async def work(store: Store) -> None:
            for file in files:
                await store.upload(file, self._keys)

        self._run(work)

    def delete(self, product: str | None = None) -> None:
        async def work(store: Store) -> None:
            await store.delete(product)

        self._run(work)

    def grant(self, product: str, *users: str) -> None:
        async def work(store: Store) -> None:
            await store.grant(product, users, keys=self._keys, now=datetime.now(UTC))

        self._run(work)

    def revoke(self, product: str, *users: str) -> None:
        async def work(store: Store) -> None:
            await store.revoke(product, users)

        self._run(work)

    @property
    def _keys(self) -> TrustedKeys:
        return trusted([parse_public_key(self.vendor.public)])

    def _run(self, work: Callable[[Store], Awaitable[None]]) -> None:
        async def main() -> None:
            store = await Store.connect(self.database.dsn)
            try:
                await work(store)
            finally:
                await store.close()

        asyncio.run(main())
        time.sleep(IN_FORCE_SECONDS)


@dataclass(frozen=True)
class Proxy:
    """A running proxy."""

    database: Postgres
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def dsn(self, user: str | None = None, **parameters: str) -> str:
        """The connection string of a client that goes through the proxy."""
        base = psycopg.conninfo.conninfo_to_dict(self.database.dsn)
        base |= {"host": "127.0.0.1", "port": str(self.port), "user": user or self.database.user}
        return psycopg.conninfo.make_conninfo("", **{**base, **parameters})

    def connect(self, user: str | None = None, **options: object) -> psycopg.Connection[TupleRow]:
        return psycopg.connect(self.dsn(user), **{"autocommit": True, **options})  # type: ignore[arg-type]


@contextmanager
def running_proxy(
    database: Postgres, trust: Path, *, workers: int = 1, mode: str = "enforce"
) -> Iterator[Proxy]:
    """Run `pgtoll serve` in front of a database that `initialise` has prepared."""
    log = trust.with_name(f"proxy-{time.monotonic_ns()}.log")
    command = [sys.executable, "-m", "pgtoll", "serve", "--listen", "127.0.0.1:0"]
    command += ["--server", database.dsn, "--trust", str(trust)]
    command += ["--workers", str(workers), "--mode", mode]
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, env=os.environ | {"PYTHONWARNINGS": ""}
        )
    try:
        yield Proxy(database, process, _port(process, log), log)
    finally:
        end(process)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    assert process.stdout is not None
    line = process.stdout.readline().decode()
    match = re.fullmatch(r"listening on .*:(\d+)\n", line)
    if match is None:
        end(process)
        raise RuntimeError(f"the proxy did not start: {log.read_text(errors='replace')}")
    return int(match[1])


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop a proxy and wait for it, by force if it does not listen."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def prepare(database: Postgres, directory: Path) -> tuple[Licensing, Path]:
    """Schema pgtoll in a database, and a directory that trusts one new vendor's key."""
    asyncio.run(initialise(database.dsn))
    vendor = Vendor.new()
    trust = directory / "trust"
    trust.mkdir()
    (trust / "vendor.pub").write_bytes(vendor.public)
    return Licensing(database, vendor), trust
