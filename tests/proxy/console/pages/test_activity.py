"""Activity: what was refused, why it would be still, and the one click that mends it."""

import re

from officing import Office
from servers import Postgres
from visiting import Visitor, on_pages, text

RECORD = """
    INSERT INTO pgtoll.refusal (at, username, kind, sqlstate, product, schema_name, table_name,
      sql, client)
    VALUES (now(), '{user}', 'refuse', '42501', 'marketing', 'public', 'mrktinvoice',
      'SELECT ''<script>alert(1)</script>'' -- ' || chr(8238), '10.0.0.7:51001')
"""


def test_a_refusal_is_shown_with_its_reason_and_mended_by_one_click(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        assert "Nothing was refused" in await visitor.get("/activity")
        database.execute(RECORD.format(user=office.carl))
        page = await visitor.get("/activity")
        assert "<script>alert" not in page
        assert "⟨U+202E⟩" in page
        told = text(page)
        assert f"refused {office.carl} public.mrktinvoice marketing" in told
        assert "User has no seat of the personal license." in told
        assert f"Give {office.carl} a seat of Marketing" in told
        answer = await visitor.send("/products/marketing/grant", {"user": office.carl})
        assert answer.headers["location"] == f"/activity?gave={office.carl}&of=marketing"
        assert await office.holders() == [office.carl]
        told = text(await visitor.get(answer.headers["location"]))
        assert f"{office.carl} has a seat of marketing" in told
        assert "may use Marketing by now" in told

    on_pages(database, story)


def test_new_refusals_come_alone(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        database.execute(RECORD.format(user="first"))
        page = await visitor.get("/activity")
        found = re.search(r'data-version="([^"]+)"', page)
        assert found
        database.execute(RECORD.format(user="second"))
        answer = await visitor.client.get("/activity/rows", params={"since": found[1]})
        assert "second" in answer.text
        assert "first" not in answer.text
        since = {"since": answer.headers["x-version"]}
        assert "second" not in (await visitor.client.get("/activity/rows", params=since)).text

    on_pages(database, story)


def test_older_ones_are_a_link_away_and_may_be_of_one_user(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        for number in range(51):
            database.execute(RECORD.format(user=f"user {number:02}"))
        page = await visitor.get("/activity")
        assert "user 50" in page
        assert "user 00" not in page
        older = re.search(r'href="(/activity\?before=\d+)"', page)
        assert older
        assert "user 00" in await visitor.get(older[1])
        told = text(await visitor.get("/activity?user=user+07&before=x"))
        assert "Only of user user 07" in told
        assert "user 08" not in told

    on_pages(database, story)
