import pytest

from pgtoll.encodings import CODECS, read, read_name

BACKSLASHED = "表"  # its second byte is a backslash in SJIS


def test_ascii_is_read_in_any_encoding() -> None:
    assert read(b"SELECT 1", "NEVER_HEARD_OF", "MULE_INTERNAL") == "SELECT 1"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("UTF8", "ä表"),
        ("LATIN1", "ä"),
        ("SJIS", BACKSLASHED),
        ("EUC_JP", BACKSLASHED),
        ("GBK", "縗"),
        ("BIG5", "功"),
        ("UHC", "가힣"),
        ("EUC_KR", "가"),
        ("EUC_CN", "中"),
        ("GB18030", "縗ä𠀀"),
    ],
)
def test_a_text_is_read_whatever_its_bytes_look_like(encoding: str, text: str) -> None:
    assert read(text.encode(CODECS[encoding]), encoding, "UTF8") == text


@pytest.mark.parametrize(
    ("encoding", "sql"),
    [
        ("JOHAB", b"'\x88\x61'"),
        ("SJIS", b"'\x81'"),  # half a letter
        ("SJIS", b"'\xf0\x40'"),  # a private character, to Python alone
        ("SJIS", b"'\xfa\x5c'"),  # a letter that has other bytes as well
        ("BIG5", b"'\xa2\x40'"),  # a letter, and to PostgreSQL none
        ("EUC_JP", b"'\xa1\xc1'"),  # one letter of two that look alike
        ("EUC_JP", b"'\x8f\xa2\xb7'"),  # to Python a tilde
        ("UTF8", b"'\xff'"),
    ],
)
def test_what_postgresql_may_read_otherwise_is_not_read(encoding: str, sql: bytes) -> None:
    assert read(sql, encoding, "UTF8") is None


@pytest.mark.parametrize(
    ("client", "server", "readable"),
    [
        ("LATIN1", "LATIN1", True),
        ("UTF8", "LATIN1", True),
        ("KOI8R", "WIN1251", False),
        ("LATIN2", "WIN1250", False),
        ("SJIS", "EUC_JP", False),
    ],
)
def test_conversions_past_utf8_are_not_known(client: str, server: str, readable: bool) -> None:
    sql = ("я" if client == "KOI8R" else "表" if client == "SJIS" else "ä").encode(CODECS[client])
    assert (read(sql, client, server) is not None) is readable


@pytest.mark.parametrize(
    ("sent", "server", "name"),
    [
        (b"m\xc3\xbcller", "UTF8", "müller"),
        (b"m\xc3\xbcller", "LATIN1", "mÃ¼ller"),
        (b"m\xfcller", "LATIN1", "müller"),
        (b"m\xfcller", "UTF8", "m\udcfcller"),
        (b"m\xfcller", "SQL_ASCII", "m\udcfcller"),
    ],
)
def test_a_name_is_what_the_database_makes_of_its_bytes(
    sent: bytes, server: str, name: str
) -> None:
    assert read_name(sent.decode("utf-8", "surrogateescape"), server) == name
