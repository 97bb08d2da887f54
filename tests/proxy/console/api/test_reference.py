"""The page for people names everything, and needs nothing from elsewhere."""

import re

from pgtoll.console.api.calls import CALLS
from pgtoll.console.api.problems import TITLES
from pgtoll.console.api.reference import page


def test_every_call_and_error_is_on_the_page() -> None:
    text = page(CALLS)
    for call in CALLS:
        assert f"{call.method} /api{call.path}</code>" in text
        assert all(f"<code>{one.name}</code>" in text for one in call.fields)
    assert all(f"<dt id='{name}'>" in text for name in TITLES)


def test_the_page_has_no_script_and_nothing_from_elsewhere() -> None:
    text = page(CALLS)
    assert "<script" not in text
    assert "style=" not in text
    targets = re.findall(r"(?:href|src)='([^']*)'", text)
    assert targets
    assert all(target.startswith("/") for target in targets)
