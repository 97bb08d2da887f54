"""The demo's commands are the program's own, and a failing one says which and why."""

from contextlib import chdir
from pathlib import Path

import pytest

from pgtoll.cli.demo_stage import PAPERS, command
from pgtoll.errors import ConfigError
from pgtoll_policy.documents import License, read_document
from pgtoll_policy.keys import parse_public_key, trusted


def test_the_papers_are_signed_where_the_demo_is(tmp_path: Path) -> None:
    with chdir(tmp_path):
        for line in PAPERS:
            command(line)
    keys = trusted([parse_public_key((tmp_path / "vendor.pub").read_bytes())])
    names = ("base.lic", "marketing.lic", "marketing-expired.lic")
    licenses = [read_document((tmp_path / name).read_bytes(), keys) for name in names]
    _, now, old = (each for each in licenses if isinstance(each, License))
    assert (now.product, now.type, now.customer) == (old.product, old.type, old.customer)
    assert old.serial > now.serial
    assert old.due < now.starts


def test_a_command_prints_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    command(f"vendor keygen --out {tmp_path}")
    assert capsys.readouterr() == ("", "")


def test_a_failing_command_is_named() -> None:
    with pytest.raises(ConfigError, match="pgtoll vendor nothing: no such command 'nothing'"):
        command("vendor nothing")
