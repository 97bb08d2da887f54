"""The report in a real browser: empty, usual, large; on a desktop and a phone, light and dark."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from browsers import DESKTOP, PHONE, chromium, running_browser, screen
from playwright.sync_api import Browser
from proxies import prepared
from reported import HOSTILE, MARKUP, MONTHS, large
from servers import Postgres
from shops import stocked

from pgtoll.config import Config, Server, Store, Trust
from pgtoll.report.page import render
from pgtoll.report.reading import read_figures


def written(database: Postgres, public: bytes, path: Path) -> Path:
    config = Config(Server(database.dsn), Store(database.dsn), trust=Trust((public,)))
    now = datetime.now(UTC)
    figures = asyncio.run(read_figures(config, now, days=90, idle_days=90))
    path.write_text(render(figures), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def reports(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Path]]:
    """The pages of three stores."""
    folder = tmp_path_factory.mktemp("reports")
    folder.chmod(0o755)
    with ExitStack() as stack:
        made = {}
        for name in ("empty", "usual", "large"):
            place = tmp_path_factory.mktemp(name)
            licensing, _ = stack.enter_context(prepared(postgres, place))
            database = licensing.database
            if name == "usual":
                stack.enter_context(stocked(database, licensing))
                licensing.grant("marketing", HOSTILE, MARKUP)
            if name == "large":
                large(licensing)
            if name != "empty":
                database.execute(MONTHS)
            path = folder / f"{name}.html"
            made[name] = written(database, licensing.vendor.public, path)
        yield made


@pytest.fixture(scope="module")
def browser(reports: dict[str, Path]) -> Iterator[Browser]:
    program = chromium()
    if program is None:
        pytest.skip("no Chromium: sudo apt-get install chromium")
    with running_browser(program) as running:
        yield running


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
@pytest.mark.parametrize("name", ["empty", "usual", "large"])
def test_a_report_fits_and_is_sound(
    reports: dict[str, Path],
    browser: Browser,
    name: str,
    size: tuple[int, int],
    scheme: str,
) -> None:
    with screen(browser, reports[name].as_uri(), size=size, scheme=scheme) as shown:
        shown.go("")
        assert shown.overflow() <= 0
        shown.picture(f"report-{name}")
        assert shown.page.locator("script, link, img, iframe").count() == 0
        assert shown.page.get_by_role("heading", level=2).count() >= 7


def test_hostile_names_are_shown_and_do_nothing(reports: dict[str, Path], browser: Browser) -> None:
    with screen(browser, reports["usual"].as_uri()) as shown:
        shown.go("")
        for name in (HOSTILE, MARKUP):
            assert shown.page.get_by_text(name).count() >= 1


def test_a_large_report_stays_short(reports: dict[str, Path]) -> None:
    assert reports["large"].stat().st_size < 400_000


def test_it_prints_in_light_whatever_the_scheme(reports: dict[str, Path], browser: Browser) -> None:
    with screen(browser, reports["usual"].as_uri(), scheme="dark") as shown:
        shown.go("")
        shown.page.emulate_media(media="print")
        ground = shown.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(255, 255, 255)"
