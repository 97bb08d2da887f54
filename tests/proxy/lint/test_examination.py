"""Findings come by what they are about, problems first, and codes are closed words."""

import pytest
from grounds import ground, seat
from license_samples import MARKETING, PERSONAL, SERVER

from pgtoll.errors import ConfigError
from pgtoll.lint.examination import CODES, check_codes, judge
from pgtoll.lint.ground import Measure

MESS = ground(MARKETING, PERSONAL, SERVER, seats=(seat("ann"), seat("ghost")), logins={"ann": True})


def test_problems_come_first_and_each_code_stands_together() -> None:
    codes = [one.check for one in judge(MESS, Measure())]
    assert codes[0] == "license-collision"
    assert set(codes) <= CODES.keys()
    assert codes == sorted(codes, key=codes.index)
    assert {"seat-idle", "seat-of-nobody", "name-without-table"} < set(codes)


def test_codes_can_be_left_out_and_must_be_known() -> None:
    codes = check_codes(["seat-idle", "license-collision"])
    assert not codes & {one.check for one in judge(MESS, Measure(), codes)}
    with pytest.raises(ConfigError, match="no check is called seat-idel: there are license-"):
        check_codes(["seat-idel"])
