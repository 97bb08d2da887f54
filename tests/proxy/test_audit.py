"""What was refused: counted, logged without its text, and kept for the store once."""

import logging
from dataclasses import replace

import pytest
from license_samples import NOW

from pgtoll.audit import KEPT_RECORDS, LONGEST_TEXT, Audit, Record
from pgtoll_policy.verdict import Kind, Verdict

REFUSED = Verdict(Kind.REFUSE, sqlstate="42501", message="no license", detail="no seat")
FULL = Verdict(Kind.REFUSE, sqlstate="53400", message="table is full")
RECORD = Record(NOW, "bob", "SELECT secret FROM mrktinvoice", REFUSED, client="127.0.0.1")


def test_each_record_is_taken_once_and_in_order() -> None:
    audit, other = Audit(), replace(RECORD, user="eve")
    audit.add(RECORD)
    audit.add(other)
    assert audit.take() == [RECORD, other]
    assert audit.take() == []


def test_refusals_are_counted_by_sqlstate_even_when_taken() -> None:
    audit = Audit()
    for verdict in (REFUSED, FULL, REFUSED):
        audit.add(replace(RECORD, verdict=verdict))
    audit.take()
    assert audit.counts == {"42501": 2, "53400": 1}


def test_reasons_are_rules_and_not_licenses() -> None:
    audit = Audit()
    for rule in ("license L-1", "license L-2", "cap"):
        audit.add(replace(RECORD, verdict=replace(REFUSED, rule=rule)))
    assert audit.reasons == {("42501", "license"): 2, ("42501", "cap"): 1}


def test_the_log_says_why_but_not_the_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="pgtoll.audit"):
        Audit().add(RECORD)
    assert caplog.messages == ["42501: no license (no seat)"]


def test_the_oldest_records_are_given_up_when_nobody_takes_them() -> None:
    audit = Audit()
    for number in range(KEPT_RECORDS + 2):
        audit.add(replace(RECORD, sql=str(number)))
    taken = audit.take()
    assert (len(taken), taken[0].sql, taken[-1].sql) == (KEPT_RECORDS, "2", str(KEPT_RECORDS + 1))
    assert audit.counts["42501"] == KEPT_RECORDS + 2


def test_of_a_long_text_the_beginning_is_kept() -> None:
    audit = Audit()
    for size in (LONGEST_TEXT, LONGEST_TEXT + 1):
        audit.add(replace(RECORD, sql="x" * size))
    whole, cut = audit.take()
    assert (len(whole.sql), cut.sql) == (LONGEST_TEXT, whole.sql + " …")
