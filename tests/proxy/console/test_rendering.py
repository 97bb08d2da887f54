"""Templates: everything is escaped, what is hidden is shown, and nothing is left out unseen."""

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

from pgtoll.console.rendering import environment, page

HOSTILE = "<script>\u202e\"'</script>"


def request(path: str = "/") -> Request:
    return Request({"type": "http", "scheme": "http", "server": ("localhost", 80), "path": path,
                    "query_string": b"", "headers": []})  # fmt: skip


def test_text_of_strangers_is_escaped_and_visible() -> None:
    template = environment().from_string('<b title="{{ x }}">{{ x }}</b>{{ x|field }}{{ x|code }}')
    written = template.render(x=HOSTILE)
    assert "<script>" not in written
    assert "\u202e" not in written
    assert "⟨U+202E⟩" in written
    assert 'title="&lt;script&gt;' in written


def test_a_value_that_is_missing_is_a_mistake() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing }}").render()


def test_a_page_knows_where_it_is_and_who_looks() -> None:
    visit = request("/login")
    values = {"next": "/", "name": HOSTILE, "refusal": HOSTILE, "over": False}
    response = page(visit, "login.html", values, status=401, word="abc")
    text = bytes(response.body).decode()
    assert response.status_code == 401
    assert "<script>" not in text
    assert "<nav" not in text


def test_no_template_has_a_script_or_a_style_of_its_own() -> None:
    loader = environment().loader
    assert loader is not None
    for name in loader.list_templates():
        source, _, _ = loader.get_source(environment(), name)
        assert "style=" not in source
        assert "<style" not in source
        assert "javascript:" not in source
        assert "|safe" not in source
        assert not [word for word in source.split() if word.startswith("on") and "=" in word]
        assert source.count("<script") == source.count("<script src=")
