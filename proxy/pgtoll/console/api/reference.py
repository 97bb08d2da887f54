"""The API as a page for people, made from the same declarations."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from pgtoll.console.api.declaration import Call, Field
from pgtoll.console.api.openapi import ABOUT, statuses
from pgtoll.console.api.problems import MEDIA_TYPE, TITLES
from pgtoll.console.assets import asset_url

_PAGE = Markup(
    "<!doctype html><html lang=en><head><meta charset=utf-8>"
    "<meta name=viewport content='width=device-width, initial-scale=1'>"
    "<title>The API of the License manager</title>"
    "<link rel=stylesheet href='{style}'></head><body><main>"
    "<h1>The API of the License manager</h1><p>{about}</p>"
    "<p>The same for programs: <a href='/api/openapi.json'>openapi.json</a> (OpenAPI 3.1).</p>"
    "{calls}<h2>Errors</h2><p>An error is an object of type <code>{media}</code> (RFC 9457) with"
    " <code>type</code>, <code>title</code>, <code>status</code>, <code>detail</code>, and in"
    " <code>changes</code> what others did that stands against it.</p><dl>{problems}</dl>"
    "</main></body></html>\n"
)
_CALL = Markup(
    "<section id='{name}'><h2><code>{method} /api{path}</code></h2><p>{about}</p>"
    "<p>Who may: {need}. Answers: {answers}; {statuses}.</p>{fields}</section>"
)
_TABLE = Markup(
    "<table><thead><tr><th>Name</th><th>Where</th><th>What</th><th></th></tr></thead>"
    "<tbody>{rows}</tbody></table>"
)
_ROW = Markup(
    "<tr><td><code>{name}</code></td><td>{place}</td><td>{kind}</td><td>{needed}{about}</td></tr>"
)
_FORM = Markup(
    "<p>The files are the parts named <code>files</code> of a <code>multipart/form-data</code>"
    " form.</p>"
)
_PROBLEM = Markup("<dt id='{name}'><code>/api/#{name}</code></dt><dd>{title}.</dd>")


def page(calls: Iterable[Call]) -> str:
    """Return the page."""
    return str(
        _PAGE.format(
            style=asset_url("console.css"),
            about=ABOUT,
            calls=_joined([_call(call) for call in calls]),
            media=MEDIA_TYPE,
            problems=_joined([_PROBLEM.format(name=n, title=t) for n, t in TITLES.items()]),
        )
    )


def _call(call: Call) -> Markup:
    rows = [_row(one) for one in call.fields]
    return _CALL.format(
        name=call.name,
        method=call.method,
        path=call.path,
        about=call.about,
        need=call.need.value,
        answers=call.answers.__name__ if call.answers else "nothing",
        statuses=", ".join(map(str, statuses(call))),
        fields=(_TABLE.format(rows=_joined(rows)) if rows else Markup("")) + _form(call),
    )


def _form(call: Call) -> Markup:
    return _FORM if call.files else Markup("")


def _row(field: Field) -> Markup:
    return _ROW.format(
        name=field.name,
        place=field.place.value,
        kind=field.kind.value,
        needed=Markup("<b>needed</b> ") if field.required else "",
        about=field.about,
    )


def _joined(parts: Sequence[Markup]) -> Markup:
    return Markup("").join(escape(part) for part in parts)
