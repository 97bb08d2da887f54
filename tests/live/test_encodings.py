"""Every sequence of bytes that is read means to PostgreSQL what it means to us."""

from collections.abc import Iterator

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow
from servers import Postgres

from pgtoll.encodings import CODECS, read

CONVERT = """
CREATE FUNCTION pg_temp.converted(bytes bytea, encoding name) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN convert_from(bytes, encoding);
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$
"""
# Sequences as lists of ranges of their bytes.
ONE = ((1, 255),)
TWO = ((128, 255), (1, 255))
THREE = ((143, 143), (161, 254), (161, 254))  # EUC_JP: JIS X 0212
FOUR = tuple(
    ((lead, lead), (48, 57), (129, 254), (48, 57)) for lead in (0x81, 0x82, 0x84, 0x90, 0xE3, 0xFE)
)  # GB18030: letters, the gaps between the others, the planes above
SEQUENCES = {"EUC_JP": (ONE, TWO, THREE), "GB18030": (ONE, TWO, *FOUR)}


@pytest.fixture(params=["postgres", "postgres15"])
def session(request: pytest.FixtureRequest) -> Iterator["Connection[TupleRow]"]:
    server: Postgres = request.getfixturevalue(request.param)
    with server.connect() as connection:
        connection.execute(CONVERT.encode())
        yield connection


@pytest.mark.parametrize("encoding", sorted(CODECS.keys() - {"UTF8"}))
def test_what_is_read_is_what_the_server_reads(
    session: "Connection[TupleRow]", encoding: str
) -> None:
    known = 0
    for ranges in SEQUENCES.get(encoding, (ONE, TWO)):
        for sequence, text in session.execute(_asking(ranges), {"encoding": encoding}):
            mine = read(bytes(sequence), encoding, "UTF8")
            # A text that the server does not take fails there, whatever stands around it: but
            # only if it is not read as one of other letters here.
            assert mine in (None, text), bytes(sequence).hex()
            known += mine is not None
    assert known > 200


def _asking(ranges: tuple[tuple[int, int], ...]) -> bytes:
    """Return a query of all sequences in these ranges, and of what they are converted to."""
    sequence = " || ".join(f"set_byte('\\x00', 0, b{at})" for at in range(len(ranges)))
    series = ", ".join(
        f"generate_series({low}, {high}) b{at}" for at, (low, high) in enumerate(ranges)
    )
    return (
        "SELECT sequence, pg_temp.converted(sequence, %(encoding)s) "
        f"FROM (SELECT {sequence} AS sequence FROM {series}) s"
    ).encode()
