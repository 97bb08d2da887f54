"""Upload: nothing is stored before it was shown, and what comes back is verified again."""

from base64 import urlsafe_b64encode
from dataclasses import replace

from license_samples import MARKETING, PERSONAL, SERVER
from officing import Office, file
from recording_samples import TAKING, collected
from servers import Postgres
from visiting import Visitor, field, on_pages, text

from pgtoll.recording.tally import Who

LICENSE = file(replace(PERSONAL, seats=4), "marketing.lic")
PRODUCT = file(MARKETING, "marketing.product")


async def shown(visitor: Visitor, *files: tuple[str, bytes]) -> str:
    return (await visitor.send("/upload", files=list(files))).text


def test_files_are_shown_then_stored(database: Postgres) -> None:
    async def story(_office: Office, visitor: Visitor) -> None:
        pairs = [(one.name, one.data) for one in (LICENSE, PRODUCT)]
        page = await shown(visitor, *pairs)
        told = text(page)
        assert told.index("marketing.product") < told.index("marketing.lic")
        assert "of 4 seats for product marketing" in told
        assert "Nothing is stored yet" in told
        assert "marketing" not in text(await visitor.get("/"))
        data = [urlsafe_b64encode(content).decode() for _, content in pairs]
        answer = await visitor.send(
            "/upload",
            {"do": "store", "version": field(page, "version"), "data": data,
             "name": [name for name, _ in pairs]},
        )  # fmt: skip
        assert "2 files are stored" in text(answer.text)
        assert "marketing" in text(await visitor.get("/"))

    on_pages(database, story)


def test_a_refusal_is_explained_and_nothing_of_the_upload_is_stored(database: Postgres) -> None:
    async def story(_office: Office, visitor: Visitor) -> None:
        forged = LICENSE.data[:-10] + b"AAAAAAAAAA"
        answer = await visitor.send("/upload", files=[("marketing.product", PRODUCT.data),
                                                      ("bad.lic", forged)])  # fmt: skip
        assert answer.status_code == 422
        told = text(answer.text)
        assert "refused bad.lic" in told
        assert "Nothing of this can be stored" in told
        assert 'value="store"' not in answer.text

    on_pages(database, story)


def test_what_comes_back_changed_is_refused(database: Postgres) -> None:
    async def story(_office: Office, visitor: Visitor) -> None:
        page = await shown(visitor, ("marketing.product", PRODUCT.data))
        fields = {"do": "store", "version": field(page, "version"), "name": "x.product"}
        bent = PRODUCT.data.replace(b"A", b"B")
        answer = await visitor.send("/upload", {**fields, "data": urlsafe_b64encode(bent).decode()})
        assert answer.status_code == 409
        assert "Nothing was stored" in answer.text
        assert (await visitor.send("/upload", {**fields, "data": "x"})).status_code == 400
        assert (await visitor.send("/upload", dict(fields))).status_code == 400

    on_pages(database, story)


def test_what_others_stored_meanwhile_is_told(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.upload(MARKETING)
        page = await shown(visitor, (LICENSE.name, LICENSE.data))
        await office.desk.upload([file(replace(SERVER, serial=9, due=PERSONAL.starts.replace(
            day=2)))], actor=office.bea, now=PERSONAL.issued)  # fmt: skip
        answer = await visitor.send(
            "/upload",
            {"do": "store", "version": field(page, "version"), "name": LICENSE.name,
             "data": urlsafe_b64encode(LICENSE.data).decode()},
        )  # fmt: skip
        assert answer.status_code == 409
        assert f"{office.bea} uploaded license" in text(answer.text)

    on_pages(database, story)


def test_no_file_and_too_much_are_told(database: Postgres) -> None:
    async def story(_office: Office, visitor: Visitor) -> None:
        assert "Drop" not in text(await visitor.get("/upload"))
        assert "Choose a file first" in (await visitor.send("/upload")).text
        answer = await visitor.send("/upload", files=[("big.lic", b"x" * (3 << 20))])
        assert answer.status_code == 422
        assert "Together they are larger than" in answer.text

    on_pages(database, story)


def test_who_loses_by_it_is_named_before(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy(seats=2)
        await office.grant(office.bea, office.carl)
        smaller = file(replace(PERSONAL, seats=1, serial=2), "smaller.lic")
        told = text(await shown(visitor, (smaller.name, smaller.data)))
        assert f"{office.carl} loses marketing : user's seat is beyond the 1" in told
        assert "Replaces: personal license" in told

    on_pages(database, story)


def keep(database: Postgres, file: bytes) -> None:
    with database.connect() as beside:
        beside.execute(
            "INSERT INTO pgtoll.kept_recording (until, file) VALUES (now() + '1 day', %s)", [file]
        )


def test_what_the_last_recording_tells_is_shown_before(database: Postgres) -> None:
    ran = [(Who("<b>eve</b>", "eve"), "SELECT * FROM mrktinvoice")] * 3

    async def story(_office: Office, visitor: Visitor) -> None:
        pair = (PRODUCT.name, PRODUCT.data), (LICENSE.name, LICENSE.data)
        assert "decided again" not in text(await shown(visitor, *pair))
        keep(database, collected(ran).as_file(TAKING))
        page = await shown(visitor, *pair)
        assert "&lt;b&gt;eve&lt;/b&gt;" in page
        told = text(page)
        assert "would be refused" in told
        assert "3 statements of 1 user" in told
        assert "user has no seat of the personal license" in told
        assert "Nothing is stored yet" in told

    on_pages(database, story)


def test_a_recording_that_is_none_hinders_nobody(database: Postgres) -> None:
    async def story(_office: Office, visitor: Visitor) -> None:
        keep(database, b"nothing")
        page = text(await shown(visitor, (PRODUCT.name, PRODUCT.data)))
        assert "The last recording tells nothing of this" in page
        assert "Nothing is stored yet" in page

    on_pages(database, story)
