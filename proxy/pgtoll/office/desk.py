"""The desk of the license administrator: everything that can be seen and done, one method each.

Every method raises StoreError when PostgreSQL cannot do what was asked. Its subclasses say why we
do not: NotKnown, NotPossible, and where something changes NotAManager; then, as after any
exception, nothing was changed. Whatever is shown of the store is of one moment.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Self

from pgtoll.config import Config
from pgtoll.office import (
    activity,
    documents,
    forecasts,
    people,
    products,
    seating,
    tables,
    users,
)
from pgtoll.office.documents import NamedFile, Plan
from pgtoll.office.forecasts import Forecast
from pgtoll.office.history import changes_since, told, version_now
from pgtoll.office.holdings import Held, Holdings
from pgtoll.office.judging import Judges, Judging
from pgtoll.office.links import Links
from pgtoll.office.models import (
    Activity,
    Applied,
    CapsPage,
    Deleted,
    DeletePreview,
    Overview,
    ProductPage,
    Slice,
    TableCap,
    Uploaded,
    UploadPreview,
    UsersPage,
)
from pgtoll.office.people import act_for, check_manager, login_roles
from pgtoll.office.refusals import Meanwhile, NotAManager, NotKnown, NotPossible
from pgtoll.office.standing import check_known, license_lines
from pgtoll.store import archive
from pgtoll.store.link import Connection
from pgtoll.store.revoked import beside
from pgtoll_policy.asking import Ask, make_request
from pgtoll_policy.errors import LicenseError
from pgtoll_policy.operations import Answer, answer
from pgtoll_policy.policy import Policy, State
from pgtoll_policy.request import Request, Want, render_request

ALL = Slice()


class Desk:
    """What license administrators of one database see and do. Any number may at once."""

    def __init__(self, config: Config) -> None:
        self._keys = config.trust.keys()
        self._customer = config.customer
        self._store = Links(config.store.dsn)
        apart = config.store.dsn != config.server.dsn
        self._served = Links(config.server.dsn) if apart else self._store
        self._beside = beside(config.trust)
        self._holdings = Holdings(self._keys, self._customer, self._beside)
        self._judges = Judges(config)

    @classmethod
    async def open(cls, config: Config) -> Self:
        """Return a desk whose databases have been reached. Raises StoreError."""
        desk = cls(config)
        await desk._store.open()
        await desk._served.open()
        return desk

    async def close(self) -> None:
        """Let go of the databases, and end the processes that read SQL."""
        await self._judges.close()
        await self._store.close()
        if self._served is not self._store:
            await self._served.close()

    # Looking

    async def overview(self, now: datetime) -> Overview:
        """Return all products, and the documents that do not count."""
        async with self._moment("read the products") as (connection, held):
            return await products.read_overview(connection, held, now)

    async def product(
        self, code: str, now: datetime, *, search: str = "", seats: Slice = ALL
    ) -> ProductPage:
        """Return everything about one product, and of its seats those that are asked for."""
        async with self._moment("read the product") as (connection, held):
            page = await products.read_page(connection, held, code, now, search=search, some=seats)
        async with self._served.moment("read the product's tables") as connection:
            return await products.complete(connection, page, held.policy)

    async def users(
        self, now: datetime, *, search: str = "", lacking: str = "", some: Slice = ALL
    ) -> UsersPage:
        """Return some users by name, with `lacking` only those without a seat of that product."""
        async with self._moment("read the users") as (connection, held):
            if lacking:
                check_known(held.policy, lacking)
            holders, without = await users.read_holders(connection, search, lacking)
        async with self._served.moment("read the login roles") as connection:
            names, total = await users.read_names(connection, search, holders, without, some)
        async with self._moment("read the users' seats") as (connection, held):
            lines = await users.read_lines(connection, held, names, now)
            version = await version_now(connection)
        return UsersPage(lines, total, users.without_seat(held.policy, now), version)

    async def activity(
        self,
        now: datetime,
        *,
        since: str = "",
        before: int | None = None,
        user: str = "",
        product: str = "",
        limit: int = 50,
    ) -> Activity:
        """Return the latest refusals: recorded after a version, or of lower ids than `before`."""
        async with self._moment("read the refusals") as (connection, held):
            return await activity.read_activity(
                connection,
                held,
                now,
                since=since,
                before=before,
                user=user,
                product=product,
                limit=limit,
            )

    async def caps(self, now: datetime, *, search: str = "", some: Slice = ALL) -> CapsPage:
        """Return some of the tables in demo mode, the largest first, with their rows."""
        async with self._moment("read the products") as (_, held):
            policy = held.policy
        demo = frozenset(
            code for code in policy.products if policy.seated(code, None, now).state is State.DEMO
        )
        async with self._served.transaction("count the rows of tables") as connection:
            found, belongs, exempt = tables.capped(
                await tables.read_tables(connection), demo, policy
            )
            wanted = [one for one in found if search.lower() in one.path.lower()]
            wanted.sort(key=lambda one: (-one.rows, one.path))
            shown = wanted[some.offset : some.offset + some.limit]
            counted = await tables.count_rows(connection, shown, policy, belongs)
        return CapsPage(counted, len(wanted), policy.cap, exempt)

    async def check(self, sql: str, *, user: str, now: datetime) -> Judging:
        """Return what would become of a user's statements now; nothing is run."""
        return await self._judges.judge(await self.policy_for(user), now, sql, user)

    async def operation(self, code: str, *, user: str, now: datetime) -> Answer:
        """Return whether a user may use an operation or component, and why."""
        return answer(await self.policy_for(user), code, user, now)

    async def policy_for(self, user: str) -> Policy:
        """Return the policy in force with the seats of this user, and no others."""
        async with self._moment("read the user's seats") as (connection, held):
            return held.policy.ranked(await users.read_ranks(connection, user))

    async def request(
        self, *, customer: str, version: str | None, wants: Sequence[Want], now: datetime
    ) -> Request:
        """Return a request for licenses, with all that is in use here."""
        ask = Ask(customer, version, tuple(wants))
        async with self._moment("make a request") as (connection, held):
            used = await products.read_used(connection)
            policy = self._holdings.policy(
                held.documents.values(), held.policy.place.instance, customer=customer
            )
        try:
            made = make_request(policy, used, ask, now.replace(microsecond=0))
            render_request(made)  # which checks what its reader would refuse
        except LicenseError as exc:
            raise NotPossible(f"cannot ask: {exc}") from exc
        return made

    async def is_superuser(self, user: str) -> bool:
        """Return whether a role may do everything on the server behind the proxy."""
        async with self._served.moment("read the role") as connection:
            return await people.is_superuser(connection, user)

    async def is_manager(self, user: str) -> bool:
        """Return whether a role may see and change what concerns licenses."""
        try:
            await self._check_manager(user)
        except NotAManager:
            return False
        return True

    # Seats

    async def apply(
        self,
        product: str,
        *,
        grant: Iterable[str] = (),
        recall: Iterable[str] = (),
        version: str = "",
        actor: str,
        now: datetime,
    ) -> Applied:
        """Grant and recall seats, all or nothing.

        Raises Meanwhile when what others did since the version contradicts it or leaves no room.
        """
        wanted = seating.wish(product, grant, recall)
        await self._check_manager(actor)
        async with self._store.transaction("change seats") as connection:
            applied = await seating.apply(
                connection, self._holdings, wanted, version=version, actor=actor, now=now
            )
        async with self._served.moment("read the login roles") as connection:
            roles = await login_roles(connection, applied.granted)
        return replace(applied, strangers=tuple(u for u in applied.granted if u not in roles))

    # Documents

    async def preview_upload(self, files: Sequence[NamedFile], now: datetime) -> UploadPreview:
        """Return what uploading these files together would do, or why it would be refused."""
        _check_count(files)
        async with self._moment("read what is held") as (connection, held):
            planned = await documents.plan(connection, held, files, self._keys, now)
            after = self._holdings.policy(planned.documents, held.policy.place.instance)
            lost = await documents.losses(connection, held.policy, after, now)
            return UploadPreview(planned.previews, lost, await version_now(connection))

    async def forecast_upload(self, files: Sequence[NamedFile], now: datetime) -> Forecast | None:
        """Return what that would change for whom by the recording that is kept, if one is.

        Raises BadRecording, and NotPossible for files that would be refused.
        """
        async with self._moment("read the recording") as (connection, held):
            asked = await forecasts.read(connection, held, files, self._keys, now)
        return None if asked is None else await forecasts.forecast(asked, self._judges, now)

    async def upload(
        self, files: Sequence[NamedFile], *, version: str = "", actor: str, now: datetime
    ) -> Uploaded:
        """Store these files, all or none. Raises LicenseError, which names the file.

        Raises Meanwhile when others changed what is held of these products since the version.
        """
        _check_count(files)
        await self._check_manager(actor)
        async with self._acting("upload documents", actor) as connection:
            await connection.execute("LOCK TABLE pgtoll.document IN SHARE ROW EXCLUSIVE MODE")
            held = await self._holdings.read(connection)
            planned = await documents.plan(connection, held, files, self._keys, now)
            await _check_unchanged(connection, planned.products, version)
            after = self._holdings.policy(planned.documents, held.policy.place.instance)
            lost = await documents.losses(connection, held.policy, after, now)
            await self._write(connection, planned, now)
        return Uploaded(planned.previews, lost)

    async def _write(self, connection: Connection, planned: Plan, now: datetime) -> None:
        files = [(file.name, file.data) for file in planned.files]
        keys, customer = self._keys, self._customer
        await archive.upload_all(connection, files, keys, customer, now, self._beside)

    async def preview_delete(self, product: str, now: datetime) -> DeletePreview:
        """Return what deleting a product's licenses would do."""
        async with self._moment("read the licenses") as (connection, held):
            check_known(held.policy, product)
            licenses = license_lines(held, product, now)
            _check_licenses(product, licenses)
            line = await products.read_line(connection, held, product, now)
            version = await version_now(connection)
        counted = await self._count(product, held.policy)
        over = tuple(one for one in counted if one.over)
        return DeletePreview(product, licenses, len(counted), over, line.used, version)

    async def _count(self, product: str, policy: Policy) -> tuple[TableCap, ...]:
        """Count the rows of the tables that are capped when a product is in demo mode."""
        async with self._served.transaction("count the rows of tables") as connection:
            everything = await tables.read_tables(connection)
            found, belongs, _ = tables.capped(everything, frozenset({product}), policy)
            return await tables.count_rows(connection, found, policy, belongs)

    async def delete(self, product: str, *, version: str = "", actor: str) -> Deleted:
        """Delete the licenses of a product: it is in demo mode from then on.

        Raises Meanwhile when others changed what is held of it since the version.
        """
        await self._check_manager(actor)
        async with self._acting("delete licenses", actor) as connection:
            await connection.execute("LOCK TABLE pgtoll.document IN SHARE ROW EXCLUSIVE MODE")
            await _check_unchanged(connection, [product], version)
            gone = await archive.delete_licenses(connection, product)
            _check_licenses(product, gone)
        return Deleted(product, tuple(one.code for one in gone))

    # How

    @asynccontextmanager
    async def _moment(self, doing: str) -> AsyncIterator[tuple[Connection, Held]]:
        """Yield the store as it is at one moment, and what is held then."""
        async with self._store.moment(doing) as connection:
            yield connection, await self._holdings.read(connection)

    @asynccontextmanager
    async def _acting(self, doing: str, actor: str) -> AsyncIterator[Connection]:
        async with self._store.transaction(doing) as connection:
            await act_for(connection, actor)
            yield connection

    async def _check_manager(self, actor: str) -> None:
        async with self._store.transaction("read the roles") as connection:
            await check_manager(connection, actor)


def _check_count(files: Sequence[NamedFile]) -> None:
    if not files:
        raise NotPossible("no file was given")
    if len(files) > documents.MOST_FILES:
        raise NotPossible(f"more than {documents.MOST_FILES} files are too many for one upload")


def _check_licenses(product: str, licenses: Sequence[object]) -> None:
    if not licenses:
        raise NotKnown(f"product {product} has no license here: there is nothing to delete")


async def _check_unchanged(connection: Connection, codes: Iterable[str], version: str) -> None:
    """Raise Meanwhile when documents about these products came or went since the version."""
    if not version:
        return
    for code in codes:
        changes = await changes_since(connection, code, version)
        others = tuple(one for one in changes if one.act not in ("grant", "revoke"))
        if others:
            raise Meanwhile(f"nothing was changed: meanwhile {told(others)}", others)
