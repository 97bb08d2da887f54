"""Templates and values -> pages. Everything is escaped, and what is hidden is shown."""

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from pgtoll.console.assets import asset_url
from pgtoll.console.doorman import cookie_name
from pgtoll.console.sessions import form_word
from pgtoll.console.visible import (
    day,
    exact,
    finalized,
    minute,
    second,
    sentence,
    to_field,
    visible,
    visible_code,
)
from pgtoll.counts import plural
from pgtoll_policy.coverage import last_day


def page(
    request: Request,
    template: str,
    values: Mapping[str, object],
    *,
    status: int = 200,
    word: str = "",
) -> HTMLResponse:
    """Return a page. `word` is that of the session, if it is not yet in the request's cookie."""
    word = word or request.cookies.get(cookie_name(request), "")
    text = (
        environment()
        .get_template(template)
        .render(
            path=request.url.path,
            user=getattr(request.state, "user", ""),
            proven=getattr(request.state, "proven", True),
            form_word=form_word(word) if word else "",
            **values,
        )
    )
    return HTMLResponse(text, status)


@cache
def environment() -> Environment:
    """Return the templates of the console, with the words they may use."""
    environment = make_environment("pgtoll.console")
    environment.globals["asset"] = asset_url
    return environment


def make_environment(package: str) -> Environment:
    """Return the templates of a package, with the words that all may use."""
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "field": to_field,
        "visible": visible,
        "code": visible_code,
        "exact": exact,
        "day": day,
        "last_day": last_day,
        "minute": minute,
        "second": second,
        "plural": plural,
        "sentence": sentence,
    }
    return environment
