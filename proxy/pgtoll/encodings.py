"""Client encodings: which bytes are read as which characters, exactly as the server reads them.

PostgreSQL converts a text before it parses it. Python has codecs of nearly the same encodings; a
text in which the two differ is not readable. tests/live/test_encodings.py compares them, sequence
by sequence, with real servers.
"""

import re

# Python's codecs of the encodings in which every byte is a character ("Supported Client
# Encodings"). None of them says of any byte anything else than PostgreSQL does.
_SINGLE = {
    "LATIN1": "iso8859-1", "LATIN2": "iso8859-2", "LATIN3": "iso8859-3", "LATIN4": "iso8859-4",
    "LATIN5": "iso8859-9", "LATIN6": "iso8859-10", "LATIN7": "iso8859-13", "LATIN8": "iso8859-14",
    "LATIN9": "iso8859-15", "LATIN10": "iso8859-16", "ISO_8859_5": "iso8859-5",
    "ISO_8859_6": "iso8859-6", "ISO_8859_7": "iso8859-7", "ISO_8859_8": "iso8859-8",
    "WIN866": "cp866", "WIN874": "cp874", "WIN1250": "cp1250", "WIN1251": "cp1251",
    "WIN1252": "cp1252", "WIN1253": "cp1253", "WIN1254": "cp1254", "WIN1255": "cp1255",
    "WIN1256": "cp1256", "WIN1257": "cp1257", "WIN1258": "cp1258", "KOI8R": "koi8-r",
    "KOI8U": "koi8-u",
}  # fmt: skip
# Those in which several bytes may be one character, and an ASCII byte the last part of one.
# JOHAB, EUC_TW, MULE_INTERNAL and the two of 2004 are not here: Python has no codec, or another.
_MULTIPLE = {
    "BIG5": "big5", "EUC_CN": "gb2312", "EUC_JP": "euc_jp", "EUC_KR": "euc_kr",
    "GB18030": "gb18030", "GBK": "gbk", "SJIS": "cp932", "UHC": "cp949",
}  # fmt: skip
CODECS = {"UTF8": "utf-8", **_SINGLE, **_MULTIPLE}

# The characters that Python makes of bytes of which PostgreSQL makes other ones, or none.
_UNLIKE = {
    "BIG5": "\u2574\uffe3\u02cd\uff0f\uff3c",
    "EUC_JP": "\u301c\u2016\u2212\u00a2\u00a3\u00ac\u00a6",
    "SJIS": "\u0080\uf8f0-\uf8f3\ue000-\ue757",
}
_OTHERS = {name: re.compile(f"[{characters}]") for name, characters in _UNLIKE.items()}


def read(sql: bytes, client: str, server: str) -> str | None:
    """Return a text as a server of encoding `server` reads it; None when that cannot be told."""
    if sql.isascii():
        return sql.decode("ascii")
    # Between two encodings neither of which is UTF-8, there are tables of which we know nothing.
    known = client == server or "UTF8" in (client, server)
    codec = CODECS.get(client) if known else None
    if codec is None:
        return None
    try:
        text = sql.decode(codec)
    except UnicodeDecodeError:
        return None
    return text if client not in _MULTIPLE or _is_sure(text, sql, client) else None


def _is_sure(text: str, sql: bytes, client: str) -> bool:
    """Whether these are the only bytes of this text, and PostgreSQL reads them alike."""
    others = _OTHERS.get(client)
    return text.encode(CODECS[client]) == sql and not (others and others.search(text))


def read_name(name: str, server: str) -> str:
    """Return a role's name from a start-up packet as connections to a database read it.

    There it is nothing but bytes, and in the packet's text those that are no UTF-8 are surrogates.
    """
    codec = CODECS.get(server, "utf-8")
    return name.encode("utf-8", "surrogateescape").decode(codec, "surrogateescape")
