"""What files would do is told before they are stored, and storing does just that."""

from dataclasses import replace
from datetime import timedelta

import pytest
from license_samples import DUE, MARKETING, NOW, PERSONAL, REVOCATION, SERVER
from license_samples import KEY as FOREIGN_KEY
from officing import Office, file, in_office
from servers import Postgres

from pgtoll.errors import StoreError
from pgtoll.office.documents import EVERYBODY, MOST_FILES, NamedFile, summary
from pgtoll.office.models import UploadPreview
from pgtoll.office.refusals import Meanwhile, NotAManager
from pgtoll_policy.documents import Document
from pgtoll_policy.errors import BadEnvelope, LicenseError
from pgtoll_policy.issue import sign

LATER = timedelta(days=30)


async def preview(office: Office, *documents: Document) -> UploadPreview:
    return await office.desk.preview_upload([file(one) for one in documents], NOW)


def test_files_are_put_in_order_and_say_what_they_are(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        found = await preview(office, PERSONAL, MARKETING)
        assert [one.summary for one in found.files] == [
            "product marketing “Marketing”, serial 1",
            f"personal license {PERSONAL.id} of 2 seats for product marketing,"
            " 2026-01-01 to 2026-12-31, serial 1",
        ]
        assert found.acceptable
        assert (await office.desk.overview(NOW)).products[-1].code == "base"  # nothing was stored

    in_office(any_database, story)


def test_what_is_replaced_and_who_loses_is_told_before(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(3)
        await office.grant("alice", "bob", "carol")
        smaller = replace(PERSONAL, serial=2, seats=1, issued=NOW)
        found = await preview(office, smaller)
        assert found.files[0].replaces == (summary(replace(PERSONAL, seats=3)),)
        reason = "user's seat is beyond the 1 that were bought"
        assert [(one.user, one.reason) for one in found.losses] == [
            ("bob", reason),
            ("carol", reason),
        ]
        done = await office.desk.upload(
            [file(smaller)], version=found.version, actor=office.bea, now=NOW
        )
        assert (done.files, done.losses) == (found.files, found.losses)

    in_office(any_database, story)


def test_the_end_of_demo_mode_is_everybodys_loss(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.upload(MARKETING)
        (loss,) = (await preview(office, PERSONAL)).losses
        assert (loss.product, loss.user) == ("marketing", EVERYBODY)

    in_office(database, story)


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (replace(SERVER, product="sales"), "product sales is not known here"),
        (replace(PERSONAL, serial=1), "serial 1 of license"),
        (replace(PERSONAL, id="7" * 32, serial=1), "is older than 2"),
        (SERVER, "collides with"),
        (replace(PERSONAL, id="7" * 32, serial=3, customer="them"), 'for customer "them"'),
        (replace(PERSONAL, id="7" * 32, serial=3, instance="8"), "for instance 8"),
        (replace(PERSONAL, serial=3, issued=NOW + LATER, due=DUE + LATER), "after the present"),
    ],
)
def test_a_refusal_is_explained_before_and_after(
    database: Postgres, document: Document, why: str
) -> None:
    async def story(office: Office) -> None:
        office.desk._customer = "us"
        office.desk._holdings._customer = "us"
        await office.upload(MARKETING, replace(PERSONAL, serial=2))
        before = await office.desk.product("marketing", NOW)
        (found,) = (await preview(office, document)).files
        assert why in found.refusal
        with pytest.raises(LicenseError, match=r"^some\.license: "):
            await office.upload(document)
        assert await office.desk.product("marketing", NOW) == replace(
            before, version=(await office.desk.product("marketing", NOW)).version
        )

    in_office(database, story)


def test_a_forged_file_is_refused_with_all_others(database: Postgres) -> None:
    async def story(office: Office) -> None:
        forged = NamedFile(
            "forged.lic", sign(replace(PERSONAL, key_id=FOREIGN_KEY.key_id), FOREIGN_KEY)
        )
        garbage = NamedFile("garbage.lic", b"\x00{")
        found = await office.desk.preview_upload([forged, garbage, file(MARKETING)], NOW)
        assert not found.acceptable
        assert [(one.name, bool(one.refusal)) for one in found.files] == [
            ("some.product", False),
            ("forged.lic", True),
            ("garbage.lic", True),
        ]
        with pytest.raises(LicenseError, match=r"forged\.lic"):
            await office.desk.upload([file(MARKETING), forged], actor=office.anna, now=NOW)
        with pytest.raises(BadEnvelope, match=r"garbage\.lic"):
            await office.desk.upload([garbage], actor=office.anna, now=NOW)
        assert [one.code for one in (await office.desk.overview(NOW)).products] == ["base"]

    in_office(database, story)


def test_a_license_that_was_replaced_does_not_come_back(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.upload(MARKETING, PERSONAL)
        await office.upload(replace(PERSONAL, serial=2))
        await office.desk.delete("marketing", actor=office.anna)
        found = await preview(office, PERSONAL)
        assert "does not come back" in found.files[0].refusal
        with pytest.raises(LicenseError, match="does not come back"):
            await office.upload(PERSONAL)

    in_office(database, story)


def test_a_file_that_is_held_already_changes_nothing(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        same = file(PERSONAL)
        (found,) = (await office.desk.preview_upload([same], NOW)).files
        assert (found.known, found.refusal) == (True, "")
        await office.desk.upload([same], actor=office.anna, now=NOW)
        assert len((await office.desk.product("marketing", NOW)).history) == 2

    in_office(database, story)


def test_what_others_uploaded_meanwhile_stops_an_upload(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        bigger = replace(PERSONAL, serial=2, seats=5)
        seen = (await preview(office, bigger)).version
        await office.upload(replace(PERSONAL, serial=3, seats=9))
        with pytest.raises(Meanwhile, match=f"{office.anna} uploaded license"):
            await office.desk.upload([file(bigger)], version=seen, actor=office.bea, now=NOW)

    in_office(database, story)


def test_what_others_uploaded_meanwhile_stops_a_deletion(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        seen = (await office.desk.preview_delete("marketing", NOW)).version
        await office.grant("alice")  # which is no reason
        await office.upload(replace(PERSONAL, serial=2))
        with pytest.raises(Meanwhile, match=f"{office.anna} replaced license"):
            await office.desk.delete("marketing", version=seen, actor=office.bea)
        seen = (await office.desk.preview_delete("marketing", NOW)).version
        done = await office.desk.delete("marketing", version=seen, actor=office.bea)
        assert done.licenses == (PERSONAL.id,)
        with pytest.raises(StoreError, match="nothing to delete"):
            await office.desk.delete("marketing", actor=office.bea)
        with pytest.raises(StoreError, match="nothing to delete"):
            await office.desk.preview_delete("marketing", NOW)

    in_office(database, story)


def test_only_managers_upload_and_delete(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        with pytest.raises(NotAManager):
            await office.desk.upload([file(REVOCATION)], actor=office.carl, now=NOW)
        with pytest.raises(NotAManager):
            await office.desk.delete("marketing", actor=office.carl)

    in_office(database, story)


def test_the_number_of_files_has_its_limits(database: Postgres) -> None:
    async def story(office: Office) -> None:
        with pytest.raises(StoreError, match="no file"):
            await office.desk.preview_upload([], NOW)
        many = [NamedFile(str(number), b"") for number in range(MOST_FILES + 1)]
        with pytest.raises(StoreError, match="too many"):
            await office.desk.upload(many, actor=office.anna, now=NOW)

    in_office(database, story)


def test_a_revocation_says_what_it_withdraws() -> None:
    assert summary(REVOCATION) == f"revocation of {SERVER.id}"
