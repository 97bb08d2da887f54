"""Work on the pages: with scripts and without, by several at once, with names of every kind."""

from browsers import Screen, screen
from playwright.sync_api import Browser, expect
from shops import HOSTILE, LONG, Shop

PAGE = "/products/marketing"


def holders(shop: Shop) -> set[str]:
    with shop.licensing.database.connect() as connection:
        rows = connection.execute("SELECT username FROM pgtoll.seat WHERE product = 'marketing'")
        return {str(row[0]) for row in rows.fetchall()}


def applied(shown: Screen, words: str) -> None:
    shown.page.get_by_role("button", name="Apply").click()
    expect(shown.page.get_by_role("main")).to_contain_text(words)


def test_without_scripts_everything_still_works(shop: Shop, browser: Browser) -> None:
    before = holders(shop)
    with screen(browser, shop.url, scripts=False) as shown:
        shown.log_in(shop.dana)
        shown.go(PAGE)
        page = shown.page
        page.get_by_label("erin", exact=True).check()
        page.get_by_label("Search users without a seat").fill("frank")
        page.get_by_role("button", name="Search users", exact=True).click()
        page.get_by_label("frank", exact=True).check()
        page.get_by_role("row", name="bob").get_by_role("button", name="Recall").click()
        expect(page.get_by_role("main")).to_contain_text("2 to add, 1 to recall: 3 of 8 seats left")
        applied(shown, "2 users got a seat")
        assert holders(shop) == (before | {"erin", "frank"}) - {"bob"}
        page.get_by_label("Search users without a seat").fill("bob")
        page.get_by_role("button", name="Search users", exact=True).click()
        page.get_by_label("bob", exact=True).check()
        for user in ("erin", "frank"):
            page.get_by_label(f"Recall the seat of {user}").check()
        applied(shown, "2 seats were recalled")
        assert holders(shop) == before


def test_users_are_found_while_one_types_and_ticks_stay(shop: Shop, browser: Browser) -> None:
    with screen(browser, shop.url) as shown:
        shown.log_in(shop.dana)
        shown.go(PAGE)
        page = shown.page
        page.get_by_label("erin", exact=True).check()
        page.get_by_label("Search users without a seat").type("fra")
        expect(page.get_by_label("carol", exact=True)).to_have_count(0)
        expect(page.get_by_label("erin", exact=True)).to_be_checked()
        page.get_by_label("frank", exact=True).check()
        expect(page.get_by_text("2 to add, 0 to recall: 2 of 8 seats left")).to_be_visible()


def test_hostile_names_are_given_seats_and_do_nothing(shop: Shop, browser: Browser) -> None:
    with screen(browser, shop.url) as shown:
        shown.log_in(shop.dana)
        shown.go(f"{PAGE}?grant=%22%3E%3Cimg+src%3Dx+onerror%3Dalert(1)%3E")
        shown.page.get_by_label(HOSTILE, exact=True).check()
        applied(shown, "2 users got a seat")
        assert {HOSTILE, '"><img src=x onerror=alert(1)>'} <= holders(shop)
        for path in (PAGE, "/users", "/activity"):
            shown.go(path)
        for user in (HOSTILE, '"><img src=x onerror=alert(1)>'):
            shown.go(PAGE)
            shown.page.get_by_label(f"Recall the seat of {user}", exact=True).check()
            applied(shown, "1 seat was recalled")


def test_two_at_once_are_both_told_the_truth(shop: Shop, browser: Browser) -> None:
    before = holders(shop)
    with screen(browser, shop.url) as one, screen(browser, shop.url) as other:
        for shown in (one, other):
            shown.log_in(shop.dana)
            shown.go(PAGE)
        other.page.get_by_label(f"Recall the seat of {LONG}").check()
        other.page.get_by_label("erin", exact=True).check()
        applied(other, "1 user got a seat")
        one.page.get_by_label(f"Recall the seat of {LONG}").check()
        for user in ("carol", "dave", "frank", HOSTILE, shop.dana.name):
            one.page.get_by_label(user, exact=True).check()
        applied(one, "Nothing was changed")
        expect(one.page.get_by_role("main")).to_contain_text("gave erin a seat")
        expect(
            one.page.get_by_text("5 to add, 0 to recall: 1 more than the 8 seats")
        ).to_be_visible()
        one.picture("product-meanwhile")
        other.go(f"{PAGE}?grant={LONG}")
        other.page.get_by_label("Recall the seat of erin").check()
        applied(other, "1 seat was recalled")
    assert holders(shop) == before


def test_a_file_that_is_dropped_is_shown(shop: Shop, browser: Browser) -> None:
    with screen(browser, shop.url) as shown:
        shown.log_in(shop.dana)
        shown.go("/upload")
        content = shop.licensing.vendor.license("stock", seats=4).decode()
        transfer = shown.page.evaluate_handle(
            "text => { const t = new DataTransfer();"
            " t.items.add(new File([text], 'stock.lic')); return t }",
            content,
        )
        shown.page.dispatch_event(".drop", "drop", {"dataTransfer": transfer})
        expect(shown.page.get_by_text("of 4 seats for product stock")).to_be_visible()
        expect(shown.page.get_by_text("Everybody without a seat loses stock")).to_be_visible()
