"""A vendor who signs for the tests, and licensing as a database's administrator sees it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from servers import Postgres

from pgtoll.store.store import Store
from pgtoll_policy.documents import License, LicenseType, Operation, Product, Revocation
from pgtoll_policy.issue import generate_key, new_license_id, parse_private_key, sign
from pgtoll_policy.keys import TrustedKeys, parse_public_key, trusted

MARKETING = "marketing"  # the add-on of the tests: it owns every table named Mrkt*
BASE = "base"


@dataclass
class Vendor:
    """A vendor's key, and what it signs."""

    private: bytes
    public: bytes
    serial: int = field(default=0)

    @classmethod
    def new(cls) -> "Vendor":
        private, public = generate_key()
        return cls(private, public)

    def product(
        self, code: str = MARKETING, prefix: str = "Mrkt", operations: Iterable[str] = ()
    ) -> bytes:
        """A product that owns every table under its prefix, and controls operations."""
        return self._sign(
            Product(
                code=code,
                title=code.title(),
                version=None,
                prefix=prefix,
                objects=(f"{prefix}*",),
                operations=tuple(Operation(name, name) for name in operations),
                components=(),
                cap=None,
                exempt=(),
                serial=self._next(),
                issued=datetime.now(UTC),
            )
        )

    def license(
        self,
        product: str,
        *,
        seats: int | None = None,
        id_: str | None = None,
        ends: timedelta = timedelta(days=365),
    ) -> bytes:
        """A license that began two days ago: for `seats` named users, or for the server.

        `ends` is counted from now. The same `id_` again, newer, replaces the older license.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        starts = now - timedelta(days=2)
        return self._sign(
            License(
                id=id_ or new_license_id(),
                product=product,
                type=LicenseType.PERSONAL if seats else LicenseType.SERVER,
                seats=seats,
                starts=starts,
                due=now + ends,
                customer=None,
                instance=None,
                version=None,
                serial=self._next(),
                issued=starts,
            )
        )

    def revocation(self, *licenses: str) -> bytes:
        """A list of licenses, by their ids, that hold no more."""
        return self._sign(
            Revocation(frozenset(licenses), serial=self._next(), issued=datetime.now(UTC))
        )

    def _next(self) -> int:
        self.serial += 1
        return self.serial

    def _sign(self, document: Product | License | Revocation) -> bytes:
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
                await store.upload(file, self._keys, now=datetime.now(UTC))

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
