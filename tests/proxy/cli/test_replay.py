"""`pgtoll replay`: by a store, with the commands' own statuses."""

from pathlib import Path

import pytest
from calls import Shop, call
from recording_samples import ALICE, BOB, TAKING, collected

pytestmark = pytest.mark.live


def test_it_reads_the_store_and_changes_nothing(shop: Shop, tmp_path: Path) -> None:
    files = [shop.product(), shop.license("m", "marketing", "--seats", 2)]
    shop.done("license", "upload", *files, shop.license("b", "base"))
    shop.done("seats", "grant", "marketing", "alice", "bob")
    ran = [(ALICE, "SELECT amount FROM mrktinvoice"), (BOB, "SELECT amount FROM mrktinvoice")]
    file = tmp_path / "day.recording"
    file.write_bytes(collected(ran).as_file(TAKING))
    assert shop.done("replay", file).count("Nothing changes") == 1
    smaller = shop.license("m1", "marketing", "--seats", 1)
    result = call("replay", file, "--recall", "marketing=bob", **shop.environment)
    assert (result.exit_code, result.stderr) == (3, "")
    assert "bob: 1 statement, product marketing: public.mrktinvoice" in result.stdout
    assert call("replay", file, "--with", smaller, **shop.environment).exit_code == 0  # it adds
    assert shop.done("replay", file).count("Nothing changes") == 1


@pytest.mark.parametrize(
    "options",
    [
        ("--recall", "marketing=zoe"),
        ("--grant", "nothing=bob"),
        ("--without", "marketing"),
        ("--at", "2020-01-01"),
        ("--with", "/nowhere/x.lic"),
        ("--recall", "bob"),
    ],
)
def test_what_cannot_be_is_one_line(shop: Shop, tmp_path: Path, options: tuple[str, ...]) -> None:
    file = tmp_path / "day.recording"
    file.write_bytes(collected([(ALICE, "BEGIN")]).as_file(TAKING))
    result = call("replay", file, *options, **shop.environment)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("pgtoll: ")
    assert result.stderr.count("\n") == 1


def test_what_is_no_recording_is_refused(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("SELECT 1")
    for path in (file, tmp_path / "none"):
        result = call("replay", path, **shop.environment)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
