"""The places of one server: a database to attack directly, one behind proxies.

One proxy enforces, the other observes.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from attacks.repair import furnish, let_in, roles_sql
from attacks.script import Attack
from attacks.stage import Stage
from licensing import BASE, Licensing, Vendor
from proxies import Proxy, running_proxy
from servers import Postgres

from pgtoll.store.migrations import initialise

VAULT, DEMO = "vault", "demo"


@dataclass
class AttackSite:
    """Where attacks run on one server."""

    major: int
    direct: Stage
    behind: Stage
    enforcing: Proxy
    trust: Path
    stack: ExitStack  # of what ends with the site

    @cached_property
    def observing(self) -> Proxy:
        """The proxy that observes. It looks at all DDL, so it starts when somebody wants it."""
        database = self.behind.database
        return self.stack.enter_context(running_proxy(database, self.trust, mode="observe"))

    @cached_property
    def refusing(self) -> Proxy:
        """One that lets no code run which is not read."""
        database, options = self.behind.database, ("--unread", "refuse")
        return self.stack.enter_context(running_proxy(database, self.trust, options=options))

    def proxy_for(self, attack: Attack) -> Proxy:
        """Return the proxy through which an attack fails, and an honest client is served."""
        return self.refusing if attack.unread else self.enforcing

    def restore(self) -> None:
        """Put both databases back as they were, as far as they have changed."""
        for stage in (self.direct, self.behind):
            stage.empty_of_people()
            stage.disown()
        self.direct.restore()
        self.behind.restore()


@contextmanager
def running_attack_site(
    server: Postgres, directory: Path, *, lacking: bool = True
) -> Iterator[AttackSite]:
    """Furnish a server that nobody else uses, with two proxies in front of one database.

    If mallory is not `lacking`, they have every license, and nothing is refused to them.
    """
    server.execute(roles_sql())
    vendor = Vendor.new()
    trust = directory / "trust"
    trust.mkdir()
    (trust / "vendor.pub").write_bytes(vendor.public)
    template = server.new_database("fixture")
    asyncio.run(initialise(template.dsn))
    license_vault(Licensing(template, vendor), lacking=lacking)
    furnish(template)
    with ExitStack() as stack:
        plain, proxied = _copy(template, "plain"), _copy(template, "proxied")
        let_in(template)
        # Proxies write down which products there are, and that is part of how things must be.
        enforcing = stack.enter_context(running_proxy(proxied, trust))
        direct = stack.enter_context(closing(Stage(plain)))
        behind = stack.enter_context(closing(Stage(proxied)))
        yield AttackSite(server.version // 10000, direct, behind, enforcing, trust, stack)


def _copy(template: Postgres, name: str) -> Postgres:
    """Make a database as the template is."""
    maker = replace(template, dbname="postgres")
    maker.execute(f"CREATE DATABASE {name} TEMPLATE {template.dbname}")
    return replace(template, dbname=name)


def license_vault(licensing: Licensing, *, lacking: bool) -> None:
    """License base to all, Vault to alice and Demo to nobody; or everything to mallory too."""
    vendor = licensing.vendor
    licensing.upload(
        vendor.product(VAULT, "Vlt"),
        vendor.product(DEMO, "Dmo"),
        vendor.license(BASE),
        vendor.license(VAULT, seats=2),
    )
    licensing.grant(VAULT, "alice")
    if not lacking:
        licensing.grant(VAULT, "mallory")
        licensing.upload(vendor.license(DEMO))
