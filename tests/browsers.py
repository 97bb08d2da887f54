"""A real browser without a screen, which tells of everything on a page that goes wrong."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from passwords import Person
from playwright.sync_api import Browser, ConsoleMessage, Dialog, FilePayload, Page, sync_playwright

PICTURES = Path(__file__).parent.parent / "build" / "pictures"  # for people to look at; not kept
# Only `make pages` asks for them: they take longer than all the rest.
TAKEN = bool(os.environ.get("PGTOLL_PICTURES"))
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")

DESKTOP = (1280, 850)
PHONE = (360, 740)


def chromium() -> str | None:
    """Return the browser that the system has."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def running_browser(program: str) -> Iterator[Browser]:
    """Run the browser while the context lasts. It downloads nothing."""
    with sync_playwright() as playwright:
        # As root, which continuous integration is, it has no sandbox.
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Screen:
    """One window of the browser, on one console."""

    page: Page
    url: str
    size: tuple[int, int]
    scheme: str
    wrong: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Write down scripts that fail, what the content policy forbids, and dialogs."""
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("dialog", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        # That an answer was a refusal is what many tests are about.
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.wrong.append(f"{message.type}: {message.text}")

    def _asked(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":
            self.wrong.append(f"dialog: {dialog.message}")
        dialog.accept()

    def go(self, path: str) -> None:
        """Open one of the console's pages."""
        self.page.goto(self.url + path)

    def log_in(self, somebody: Person) -> None:
        """Log in by the form."""
        self.go("/login")
        self.page.get_by_label("User").fill(somebody.name)
        self.page.get_by_label("Password").fill(somebody.password)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(f"{self.url}/")

    def choose(self, files: Mapping[str, bytes]) -> None:
        """Choose files to upload, by name."""
        payloads = [FilePayload(name=n, mimeType="", buffer=data) for n, data in files.items()]
        self.page.set_input_files("#files", payloads)

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page for people to look at, if pictures are asked for."""
        if not TAKEN:
            return
        width, height = self.size
        all_of_it = int(self.page.evaluate("document.documentElement.scrollHeight"))
        self.page.set_viewport_size({"width": width, "height": max(height, all_of_it)})
        kind = "desktop" if self.size == DESKTOP else "phone"
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}-{kind}-{self.scheme}.png", full_page=True)
        self.page.set_viewport_size({"width": width, "height": height})

    def overflow(self) -> int:
        """Return how many pixels wider than the window the page is."""
        script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(script))


@contextmanager
def screen(
    browser: Browser,
    url: str,
    *,
    size: tuple[int, int] = DESKTOP,
    scheme: str = "light",
    scripts: bool = True,
) -> Iterator[Screen]:
    """Open a window of its own; whatever goes wrong in it fails the test."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=scripts,
        accept_downloads=True,
    )
    context.set_default_timeout(20_000)
    shown = Screen(context.new_page(), url, size, scheme)
    shown.watch()
    try:
        yield shown
    finally:
        context.close()
    assert not shown.wrong
