"""Text of strangers, so that it can be seen for what it is and does nothing on a page.

Escaping HTML is the templates' work. This is about characters that HTML takes as they are and that
nobody sees: controls, and those that turn the direction of writing.
"""

import unicodedata
from datetime import datetime
from urllib.parse import quote, unquote

from markupsafe import Markup, escape

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_LAYOUT = "\n\t"


def visible(text: str) -> str:
    """Return a text of one line, with every hidden character named by its number."""
    return text if _is_plain(text) else "".join(map(_named, text))


def visible_code(text: str) -> Markup:
    """Return a text of lines: like `visible`, but newlines and tabs do what they do."""
    text = text.replace("\r\n", "\n")
    return escape("".join(one if one in _LAYOUT else _named(one) for one in text))


def exact(text: str) -> Markup:
    """Return a text as it is, for fields in which people edit it."""
    return escape(text)


def finalized(value: object) -> object:
    """Return what a template writes for a value; what is markup already stays as it is."""
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def to_field(name: str) -> Markup:
    """Return a name as the value of a form's field: browsers change newlines, but not this."""
    return Markup(quote(name, safe=""))  # noqa: S704  # nothing is left that HTML knows


def from_field(value: str) -> str:
    """Return the name that `to_field` wrote. Raises ValueError for anything else."""
    return unquote(value, errors="strict")


def day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def second(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def sentence(clause: object) -> str:
    """Return one clause, such as an exception's message, as a sentence."""
    text = str(clause)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _is_plain(text: str) -> bool:
    return text.isprintable()


def _named(character: str) -> str:
    if unicodedata.category(character) in _HIDDEN:
        return f"⟨U+{ord(character):04X}⟩"
    return character
