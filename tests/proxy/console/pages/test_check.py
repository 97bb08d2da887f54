"""Check: the verdict on a statement, the tables found, and why."""

import pytest
from officing import Office
from servers import Postgres
from visiting import Visitor, on_pages, text

from pgtoll.console.pages.check import MOST_CHARACTERS


def test_the_verdict_names_tables_and_reason(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        assert office.carl in await visitor.get("/check")
        fields = {"sql": "SELECT * FROM MrktInvoice", "user": office.carl}
        told = text((await visitor.send("/check", dict(fields))).text)
        assert "Refused SELECT * FROM MrktInvoice" in told
        assert "Tables found public.mrktinvoice marketing" in told
        assert "no seat of the personal license" in told
        fields["sql"] = "SELECT * FROM contact; INSERT INTO contact VALUES ('x')"
        told = text((await visitor.send("/check", dict(fields))).text)
        assert "Allowed up to the cap INSERT INTO contact" in told

    on_pages(database, story)


@pytest.mark.parametrize(
    ("sql", "user", "problem"),
    [
        ("", "carl", "Give a statement and a user"),
        ("SELECT 1", "", "Give a statement and a user"),
        ("-- nothing", "carl", "no statement in the text"),
        ("x" * (MOST_CHARACTERS + 1), "carl", "longer than 100,000 characters"),
    ],
)
def test_what_cannot_be_checked_says_why(
    sql: str, user: str, problem: str, database: Postgres
) -> None:
    async def story(_office: Office, visitor: Visitor) -> None:
        answer = await visitor.send("/check", {"sql": sql, "user": user})
        assert answer.status_code == 422
        assert problem in text(answer.text)

    on_pages(database, story)


def test_hostile_sql_is_shown_and_does_nothing(database: Postgres) -> None:
    async def story(_office: Office, visitor: Visitor) -> None:
        sql = "SELECT '</textarea><script>alert(1)</script>\u202e'"
        answer = await visitor.send("/check", {"sql": sql, "user": "<img src=x>"})
        assert "<script>alert" not in answer.text
        assert "<img src=x>" not in answer.text
        shown, _, edited = answer.text.rpartition("</textarea>")
        assert "⟨U+202E⟩" in edited
        assert "\u202e" not in edited
        assert "\u202e" in shown  # where it is edited it stays, so that it can be sent again
        page = await visitor.get("/check?user=dana&sql=SELECT+%3Cscript%3E")
        assert "SELECT &lt;script&gt;" in page

    on_pages(database, story)
