"""Every page on a desktop and on a phone, in light and in dark: nothing overflows, and nothing is
forbidden by the content policy. `make pages` leaves pictures of all in build/pictures to look at.
"""

import pytest
from browsers import DESKTOP, PHONE, TAKEN, Screen, screen
from playwright.sync_api import Browser
from recording_samples import TAKING, collected
from shops import HOSTILE, LONG, Shop

from pgtoll.recording.tally import Who

PAGES = {
    "products": "/",
    "products-found": "/?q=extra&sort=title&down=1&page=2",
    "products-none": "/?q=nothing+of+this+name",
    "product": "/products/marketing",
    "product-expired": "/products/reporting",
    "product-server": "/products/base",
    "product-demo": "/products/stock",
    "product-full": "/products/payroll",
    "users": "/users",
    "users-none": "/users?q=nobody",
    "request": "/request?product=marketing",
    "upload": "/upload",
    "delete": "/products/payroll/delete",
    "activity": "/activity",
    "activity-none": "/activity?user=nobody",
    "caps": "/caps",
    "check": "/check",
    "missing": "/products/missing",
}


# What fits depends on the size, and what shines through on the scheme: for neither on both.
SCREENS = {"desktop-light": (DESKTOP, "light"), "phone-dark": (PHONE, "dark")}
if TAKEN:
    SCREENS |= {"desktop-dark": (DESKTOP, "dark"), "phone-light": (PHONE, "light")}


@pytest.mark.timeout(400)  # twenty pictures take their time
@pytest.mark.parametrize(("size", "scheme"), SCREENS.values(), ids=SCREENS)
def test_every_page_fits_and_is_sound(
    shop: Shop, browser: Browser, size: tuple[int, int], scheme: str
) -> None:
    with screen(browser, shop.url, size=size, scheme=scheme) as shown:
        shown.go("/login?over=1")
        look(shown, "login")
        shown.log_in(shop.dana)
        for name, path in PAGES.items():
            shown.go(path)
            look(shown, name)
        look_closer(shown, shop)


def look(shown: Screen, name: str) -> None:
    shown.picture(name)
    assert shown.overflow() <= 0, f"{name} is {shown.overflow()} pixels too wide"
    dark = shown.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (dark == "rgb(16, 20, 18)") == (shown.scheme == "dark")


def keep_recording(shop: Shop) -> None:
    """Keep a recording of some who use what is in demo mode, in the store."""
    texts = ("SELECT id FROM stckitem", "SELECT * FROM stckmove, stckbin")
    users = [Who(name, name) for name in ("alice", "bob", LONG, HOSTILE)]
    ran = [(user, f"{text} WHERE id = 7") for user in users for text in texts] * 40
    with shop.licensing.database.connect() as beside:
        beside.execute("DELETE FROM pgtoll.kept_recording")
        beside.execute(
            "INSERT INTO pgtoll.kept_recording (until, file) VALUES (now() + '1 day', %s)",
            [collected(ran).as_file(TAKING)],
        )


def look_closer(shown: Screen, shop: Shop) -> None:
    """Look at what pages show after something was done on them."""
    page, vendor = shown.page, shop.licensing.vendor
    shown.go("/products/marketing")
    page.get_by_label("erin", exact=True).check()
    page.get_by_label("Recall the seat of bob").check()
    look(shown, "product-marked")
    shown.go("/upload")
    shown.choose({"payroll.lic": vendor.license("payroll", seats=1), "forged.lic": b"{}"})
    page.get_by_text("Nothing of this can be stored").wait_for()
    look(shown, "upload-refused")
    shown.choose({"payroll.lic": vendor.license("payroll", seats=1)})
    page.get_by_text("Nothing is stored yet").wait_for()
    look(shown, "upload-shown")
    keep_recording(shop)
    shown.go("/upload")
    shown.choose({"stock.lic": vendor.license("stock", seats=1)})
    page.get_by_text("would be refused").wait_for()
    look(shown, "upload-forecast")
    shown.go("/check")
    page.get_by_label("SQL").fill("SELECT * FROM MrktInvoice;\nINSERT INTO stckbin VALUES (1)")
    page.get_by_label("User").fill("carol")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("Tables found").first.wait_for()
    look(shown, "check-verdict")
    if shown.size == PHONE:
        page.get_by_label("Menu").check(force=True)
        look(shown, "menu")
