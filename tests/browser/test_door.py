"""The door in a real browser: keyboard, refusals, sessions that end, and forms of others."""

from datetime import UTC, datetime, timedelta

import pytest
from browsers import screen
from passwords import person
from playwright.sync_api import Browser, expect
from shops import Shop


@pytest.fixture(autouse=True)
def _present(shop: Shop) -> None:
    shop.console.clock.now = datetime.now(UTC)
    shop.licensing.database.execute("DELETE FROM pgtoll.console_attempt")


def test_the_keyboard_alone_logs_in_and_works(shop: Shop, browser: Browser) -> None:
    with screen(browser, shop.url) as shown:
        shown.go("/")
        keys = shown.page.keyboard
        keys.type(shop.dana.name)  # the field has the focus
        keys.press("Tab")
        keys.type(shop.dana.password)
        keys.press("Enter")
        shown.page.wait_for_url(f"{shop.url}/")
        keys.press("Tab")
        expect(shown.page.get_by_text("Skip to the content")).to_be_focused()
        expect(shown.page.get_by_text("Skip to the content")).to_be_in_viewport()
        keys.press("Enter")
        keys.press("Tab")
        expect(shown.page.get_by_role("link", name="Request a license")).to_be_focused()
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert shown.page.evaluate(outline) == "solid"


def test_a_wrong_password_is_told_and_the_next_try_waits(shop: Shop, browser: Browser) -> None:
    with screen(browser, shop.url) as shown:
        shown.go("/login")
        for _ in range(5):
            shown.page.get_by_label("User").fill(shop.dana.name)
            shown.page.get_by_label("Password").fill("wrong")
            with shown.page.expect_navigation():
                shown.page.get_by_role("button", name="Log in").click()
            alert = shown.page.get_by_role("alert").inner_text()
        assert "Too many attempts. Try again in" in alert
        shown.picture("login-too-often")


def test_who_does_not_manage_licenses_is_told(shop: Shop, browser: Browser) -> None:
    with screen(browser, shop.url) as shown:
        shown.go("/login")
        shown.page.get_by_label("User").fill(shop.erin.name)
        shown.page.get_by_label("Password").fill(shop.erin.password)
        shown.page.get_by_role("button", name="Log in").click()
        expect(shown.page.get_by_role("alert")).to_contain_text("GRANT pgtoll_manager TO")
        shown.picture("login-no-manager")


def test_a_session_that_is_not_used_ends(shop: Shop, browser: Browser) -> None:
    with screen(browser, shop.url) as shown:
        shown.log_in(shop.dana)
        shop.console.clock.now += timedelta(minutes=29)
        shown.go("/users")
        shop.console.clock.now += timedelta(minutes=31)
        shown.go("/users")
        expect(shown.page).to_have_url(f"{shop.url}/login?next=/users")
        shown.log_in(shop.dana)
        shown.go("/check")
        shop.console.clock.now += timedelta(minutes=31)
        shown.page.get_by_label("SQL").fill("SELECT 1")
        shown.page.get_by_label("User").fill("alice")
        shown.page.get_by_role("button", name="Check").click()
        expect(shown.page.get_by_text("Your session is over")).to_be_visible()


def test_logging_out_ends_it_for_every_window(shop: Shop, browser: Browser) -> None:
    with screen(browser, shop.url) as shown:
        shown.log_in(shop.dana)
        shown.page.get_by_role("button", name="Log out").click()
        shown.page.wait_for_url(f"{shop.url}/login")
        shown.go("/users")
        expect(shown.page).to_have_url(f"{shop.url}/login?next=/users")


def test_a_form_of_somebody_else_does_nothing(shop: Shop, browser: Browser) -> None:
    with screen(browser, shop.url) as shown:
        shown.log_in(shop.dana)
        shown.go("/products/marketing")
        shown.page.evaluate("document.querySelectorAll('[name=csrf]').forEach(x => x.value = 'x')")
        shown.page.get_by_label("erin", exact=True).check()
        shown.page.get_by_role("button", name="Apply").click()
        expect(shown.page.get_by_text("did not come from a page of the console")).to_be_visible()
        shown.go("/users?q=erin")
        expect(shown.page.get_by_role("main")).to_contain_text("none")


def test_the_cookie_is_no_script_s_and_no_other_site_s(shop: Shop, browser: Browser) -> None:
    with screen(browser, shop.url) as shown:
        shown.log_in(shop.dana)
        (cookie,) = shown.page.context.cookies()
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "Strict"
        assert shown.page.evaluate("document.cookie") == ""


def test_inline_scripts_and_styles_do_not_run(shop: Shop, browser: Browser) -> None:
    with screen(browser, shop.url) as shown:
        shown.log_in(shop.dana)
        shown.page.evaluate(
            "const s = document.createElement('script'); s.textContent = 'window.pwned = 1';"
            "document.body.append(s)"
        )
        assert shown.page.evaluate("window.pwned") is None
        assert any("Content Security Policy" in one for one in shown.wrong)
        shown.wrong.clear()


def test_a_server_that_asks_for_no_password_is_said_so(shop: Shop, browser: Browser) -> None:
    database = shop.licensing.database
    with (
        person(database, groups="pgtoll_manager", password="") as frank,
        screen(browser, shop.url) as shown,
    ):
        shown.log_in(frank)
        expect(shown.page.get_by_text("This server asks for no password")).to_be_visible()
        shown.picture("unproven")
