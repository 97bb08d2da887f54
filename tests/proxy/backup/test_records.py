"""The fields of records: tests/proxy/backup/test_form.py reads whole files of them."""

from dataclasses import fields
from datetime import UTC, datetime

import pytest
from stored import FULL

from pgtoll.backup.contents import Contents
from pgtoll.backup.records import PARTS, time_text


def test_every_part_of_a_store_has_its_records() -> None:
    holders = {part.holder for part in PARTS.values()}
    assert holders == {one.name for one in fields(Contents)} - {"origin"}


@pytest.mark.parametrize("name", PARTS)
def test_what_a_codec_writes_it_reads(name: str) -> None:
    part = PARTS[name]
    for record in getattr(FULL, part.holder):
        written = {key: codec.write(getattr(record, key)) for key, codec in part.codecs.items()}
        read = {key: codec.read(written, key) for key, codec in part.codecs.items()}
        assert part.make(**read) == record


def test_a_time_is_written_to_the_microsecond() -> None:
    """Who was first is decided by no more."""
    moment = datetime(2026, 1, 31, 1, 2, 3, 4, tzinfo=UTC)
    assert time_text(moment) == "2026-01-31T01:02:03.000004Z"
