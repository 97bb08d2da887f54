"""A license's whole life: its administrator is in a browser, its users are in their sessions.

What the vendor does is done on the command line.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from browsers import Screen, chromium, running_browser, screen
from passwords import Person, person
from proxies import Proxy, Session, eventually, prepared, running_proxy
from servers import Postgres

USERS = ("story_ann", "story_ben", "story_cleo")


@dataclass(frozen=True)
class Stage:
    """A window of the administrator's, the users' sessions through a proxy, the vendor's desk."""

    shown: Screen
    dana: Person
    sessions: dict[str, Session]
    vendor: Path

    def sells(self, *words: str) -> None:
        """Run a command of the vendor's."""
        command = [sys.executable, "-m", "pgtoll", "vendor", *words, "--key", "vendor.key"]
        kept = {name: value for name, value in os.environ.items() if "PGTOLL" not in name}
        subprocess.run(
            command, cwd=self.vendor, env=kept, check=True, timeout=60, capture_output=True
        )

    def stores(self, name: str, says: str) -> None:
        """Upload one of the vendor's files in the browser, after reading what it says."""
        page = self.shown.page
        self.shown.go("/upload")
        self.shown.choose({name: (self.vendor / name).read_bytes()})
        page.get_by_text(says).wait_for()
        page.get_by_role("button", name="Store it").click()
        page.get_by_text("1 file is stored").wait_for()

    def obeys(self, user: str, *, licensed: bool) -> bool:
        """Return whether within a second a user's open session may do what they are licensed."""
        return eventually(lambda: may(self.sessions[user]) is licensed)


def console_of(proxy: Proxy) -> str:
    """Return where a proxy says that its console is."""
    assert proxy.process.stdout is not None
    return proxy.process.stdout.readline().decode().removeprefix("console on ").strip()


def may(session: Session) -> bool:
    try:
        session.execute("SELECT * FROM mrktinvoice")
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


@pytest.fixture
def stage(postgres: Postgres, tmp_path: Path) -> Iterator[Stage]:
    program = chromium()
    if program is None:
        pytest.skip("no Chromium: sudo apt-get install chromium")
    with ExitStack() as stack:
        licensing, trust = stack.enter_context(prepared(postgres, tmp_path))
        database, vendor = licensing.database, licensing.vendor
        (tmp_path / "vendor.key").write_bytes(vendor.private)
        (tmp_path / "vendor.key").chmod(0o600)
        database.execute(
            "CREATE TABLE mrktinvoice (amount int); GRANT ALL ON mrktinvoice TO PUBLIC"
        )
        for user in USERS:
            database.execute(f"CREATE ROLE {user} LOGIN")
            stack.callback(postgres.execute, f"DROP ROLE {user}")
        dana = stack.enter_context(person(database))
        options = ("--console", "127.0.0.1:0")
        proxy = stack.enter_context(running_proxy(database, trust, options=options))
        sessions = {user: stack.enter_context(proxy.connect(user)) for user in USERS}
        browser = stack.enter_context(running_browser(program))
        shown = stack.enter_context(screen(browser, console_of(proxy)))
        yield Stage(shown, dana, sessions, tmp_path)


def test_from_request_to_recall(stage: Stage) -> None:
    shown, page = stage.shown, stage.shown.page
    ann, ben, cleo = USERS
    shown.log_in(stage.dana)
    stage.sells("product", "--code", "marketing", "--title", "Marketing", "--prefix", "Mrkt",
                "--object", "Mrkt*", "--out", "marketing.product")  # fmt: skip
    stage.stores("marketing.product", "signed and trusted")
    assert stage.obeys(ann, licensed=True)  # in demo mode

    ask(stage)
    stage.sells("issue", "--request", "marketing.tlr", "--out", "marketing.lic")
    stage.stores("marketing.lic", "of 3 seats for product marketing")
    assert all(stage.obeys(user, licensed=False) for user in USERS)

    shown.go("/products/marketing")
    for user in USERS:
        page.get_by_label(user, exact=True).check()
    page.get_by_text("3 to add, 0 to recall: 0 of 3 seats left").wait_for()
    page.get_by_role("button", name="Apply").click()
    page.get_by_text("3 users got a seat").wait_for()
    assert all(stage.obeys(user, licensed=True) for user in USERS)

    page.get_by_role("row", name=ben).get_by_role("button", name="Recall").click()
    page.get_by_role("button", name="Apply").click()
    page.get_by_text("1 seat was recalled").wait_for()
    assert stage.obeys(ben, licensed=False)
    assert stage.obeys(ann, licensed=True)
    assert stage.obeys(cleo, licensed=True)
    shown.picture("story-recalled")

    mend(stage, ben)
    delete(stage)


def ask(stage: Stage) -> None:
    """Make the request, and let the vendor have it."""
    page = stage.shown.page
    stage.shown.go("/request?product=marketing")
    page.get_by_label("Customer").fill("acme")
    page.get_by_label("Seats of Marketing").fill("3")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the file").click()
    download.value.save_as(stage.vendor / "marketing.tlr")


def mend(stage: Stage, user: str) -> None:
    """Watch a refusal appear by itself, and put it right with one click."""
    page = stage.shown.page
    stage.shown.go("/activity?user=" + user)
    before = page.locator(".refused").count()
    assert not may(stage.sessions[user])
    assert eventually(lambda: page.locator(".refused").count() > before, within=15)
    page.get_by_role("button", name=f"Give {user} a seat of Marketing").first.click()
    page.get_by_text("Their next statement is judged by it").wait_for()
    assert stage.obeys(user, licensed=True)


def delete(stage: Stage) -> None:
    """Delete the license: everything may be used again, up to the cap."""
    page = stage.shown.page
    stage.shown.go("/products/marketing")
    page.get_by_role("link", name="Delete licenses").click()
    page.get_by_text("1 table returns to demo mode, 0 are over the cap").wait_for()
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("1 license was deleted").wait_for()
    assert stage.obeys(USERS[0], licensed=True)
