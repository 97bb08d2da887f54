"""Where pgtoll checks who logs in (auth scram, cert), licenses are for whom it has checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from certificates import Authority
from proxies import Proxy, Session, Site, running_proxy, running_site
from psycopg import errors
from servers import Postgres

pytestmark = pytest.mark.live

PASSWORD = "correct horse"


@dataclass(frozen=True)
class Checked:
    """A proxy that checks who logs in. Alice lacks nothing, Bob the add-on, `app` names others."""

    site: Site
    proxy: Proxy
    app: str
    proofs: dict[str, dict[str, str]]  # what each of them logs in with

    def connect(self, user: str, **more: str) -> Session:
        dsn = self.proxy.dsn(user, **{**self.proofs[user], **more})
        return psycopg.connect(dsn, autocommit=True)


def proofs(auth: str, authority: Authority, users: tuple[str, ...]) -> dict[str, dict[str, str]]:
    if auth == "scram":
        return {user: {"password": PASSWORD, "sslmode": "disable"} for user in users}
    pairs = {user: authority.issue(user) for user in users}
    return {
        user: {"sslmode": "require", "sslcert": str(pair.certificate), "sslkey": str(pair.key)}
        for user, pair in pairs.items()
    }


def encryption(auth: str, authority: Authority) -> tuple[str, ...]:
    if auth == "scram":
        return ()
    pair = authority.issue("localhost")
    own = ("--tls", "require", "--tls-cert", str(pair.certificate), "--tls-key", str(pair.key))
    return (*own, "--tls-client-certs", "require", "--tls-ca", str(authority.file))


@pytest.fixture(scope="module", params=["scram", "cert"])
def checked(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgres: Postgres,
) -> Iterator[Checked]:
    directory: Path = tmp_path_factory.mktemp("checked")
    authority = Authority.new(directory)
    with running_site(postgres, directory, licensed=True) as site:
        app = site.alice.replace("alice", "app")
        users = (site.alice, site.bob, app)
        site.run(f"CREATE ROLE {app} LOGIN")
        site.run(
            "CREATE TABLE mrktinvoice AS SELECT 7 AS n; GRANT ALL ON mrktinvoice TO PUBLIC;"
            + "".join(f"ALTER ROLE {user} PASSWORD '{PASSWORD}' REPLICATION;" for user in users)
        )
        certain = encryption(request.param, authority)
        options = ("--auth", request.param, *certain, "--impersonators", app)
        try:
            with running_proxy(site.database, site.trust, options=options) as proxy:
                yield Checked(site, proxy, app, proofs(request.param, authority, users))
        finally:
            site.run(f"DROP OWNED BY {app}; DROP ROLE {app}")


def reads(session: Session) -> bool:
    """Whether the add-on's table can be read."""
    try:
        return session.execute("SELECT n FROM mrktinvoice").fetchone() == (7,)
    except errors.InsufficientPrivilege:
        return False


def test_licenses_are_for_who_was_checked(checked: Checked) -> None:
    for user, may in ((checked.site.alice, True), (checked.site.bob, False), (checked.app, False)):
        with checked.connect(user) as session:
            assert session.execute("SELECT session_user::text").fetchone() == (user,)
            assert reads(session) is may


def test_an_impersonator_that_was_checked_names_its_users(checked: Checked) -> None:
    alice, bob = checked.site.alice, checked.site.bob
    with checked.connect(checked.app) as session:
        for user, may in ((alice, True), (bob, False), (alice, True)):
            session.execute(f"SET pgtoll.user = '{user}'".encode())
            assert reads(session) is may
        session.execute("RESET pgtoll.user")
        assert not reads(session)
    for user, may in ((alice, True), (bob, False)):
        with checked.connect(checked.app, options=f"-c pgtoll.user={user}") as session:
            assert reads(session) is may


def test_nobody_else_names_anybody(checked: Checked) -> None:
    bob, option = checked.site.bob, f"-c pgtoll.user={checked.site.alice}"
    with pytest.raises(psycopg.OperationalError, match="impersonators"):
        checked.connect(bob, options=option)
    with checked.connect(bob) as session:
        with pytest.raises(errors.InsufficientPrivilege, match="cannot be set by user"):
            session.execute(f"SET pgtoll.user = '{checked.site.alice}'".encode())
        assert not reads(session)


def test_naming_a_user_takes_a_proof_of_ones_own(checked: Checked) -> None:
    """CVE class: authentication. Bob's proof does not open for the role that may name Alice."""
    option = f"-c pgtoll.user={checked.site.alice}"
    wrong = dict(checked.proofs[checked.site.bob])
    if "password" in wrong:
        wrong["password"] = "wrong"
    with pytest.raises(psycopg.OperationalError, match="authentication failed for user"):
        psycopg.connect(checked.proxy.dsn(checked.app, options=option, **wrong))


def test_replication_is_for_who_lacks_nothing_and_was_checked(checked: Checked) -> None:
    with checked.connect(checked.site.alice, replication="database") as session:
        assert session.execute("IDENTIFY_SYSTEM").fetchone() is not None
    for user in (checked.site.bob, checked.app):
        with pytest.raises(psycopg.OperationalError, match="a replication connection cannot be"):
            checked.connect(user, replication="database")
    proof = dict(checked.proofs[checked.site.bob])
    if "password" in proof:
        proof["password"] = "wrong"
    with pytest.raises(psycopg.OperationalError, match="authentication failed for user"):
        psycopg.connect(checked.proxy.dsn(checked.site.alice, replication="database", **proof))


def test_replication_is_not_for_who_speaks_for_others(checked: Checked) -> None:
    """It passes unread, so nobody would see that another user is named on the way."""
    option = f"-c pgtoll.user={checked.site.alice}"
    with pytest.raises(psycopg.OperationalError, match="a replication connection cannot be"):
        checked.connect(checked.app, replication="database", options=option)
