"""Request: a file for the vendor, with what is asked for and what is in use."""

from license_samples import NOW
from officing import Office
from servers import Postgres
from visiting import Visitor, on_pages, text

from pgtoll_policy.request import Want, parse_request


def test_the_file_says_what_is_asked_for_and_in_use(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy(seats=3)
        await office.grant(office.carl)
        page = await visitor.get("/request?product=marketing")
        assert "1 of 3 seats" in text(page)
        assert '<option value="personal" selected>' in page
        answer = await visitor.send(
            "/request",
            {"customer": "acme", "version": "2.1", "type:marketing": "personal",
             "seats:marketing": "5", "type:base": "server", "other:0": "new",
             "other-type:0": "personal", "other-seats:0": "2", "other:1": "unasked"},
        )  # fmt: skip
        assert answer.headers["content-disposition"] == f'attachment; filename="{NOW:%Y-%m-%d}.tlr"'
        made = parse_request(answer.content)
        assert (made.customer, made.version) == ("acme", "2.1")
        wants = {Want("marketing", 5), Want("base", None), Want("new", 2)}
        assert set(made.wants) == wants
        used = {one.product: (one.taken, one.bought) for one in made.products}
        assert used["marketing"] == (1, 3)

    on_pages(database, story)


def test_what_cannot_be_asked_is_told_and_nothing_typed_is_lost(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        fields = {"customer": "acme <co>", "type:marketing": "personal", "seats:marketing": "x",
                  "other:2": "new <b>", "other-type:2": "server"}  # fmt: skip
        answer = await visitor.send("/request", dict(fields))
        assert answer.status_code == 422
        assert "No file was made" in answer.text
        assert 'value="acme &lt;co&gt;"' in answer.text
        assert 'value="new &lt;b&gt;"' in answer.text
        answer = await visitor.send("/request", {"customer": "acme"})
        assert answer.status_code == 422

    on_pages(database, story)
