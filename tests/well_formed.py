"""Messages as drivers and servers send them, for tests that spoil them."""

import struct

from conversations import COPIES, HONEST, HOSTILE
from peers import (
    COPY_DONE,
    COPY_FAIL,
    FUNCTION_CALL,
    copy_data,
    describe,
    execute_some,
    extended,
)

from pgtoll.wire.messages import (
    FLUSH,
    SYNC,
    TERMINATE,
    bind,
    close,
    error_response,
    execute,
    message,
    notice_response,
    parse,
    query,
)

STATEMENTS = HONEST + HOSTILE + COPIES

FROM_CLIENTS = (
    *map(query, STATEMENTS),
    *map(extended, STATEMENTS),
    query(b"; ".join(HONEST)),
    parse(b"a", b"SELECT look()"),
    bind(b"p", b"a"),
    describe(b"S", b"a"),
    describe(b"P"),
    execute(b"p"),
    execute_some(b"", 2),
    close(b"S", b"a"),
    close(b"P", b"p"),
    message(b"B", b"p\0a\0" + struct.pack("!HHHIHH", 1, 1, 1, 2, 0xABCD, 1) + b"\0\0"),
    FLUSH,
    SYNC,
    FUNCTION_CALL,
    copy_data(b"1\n2\n"),
    COPY_DONE,
    COPY_FAIL,
    TERMINATE,
    message(b"p", b"password\0"),
)
FROM_SERVERS = (
    message(b"R", bytes(4)),
    message(b"R", struct.pack("!I", 10) + b"SCRAM-SHA-256\0\0"),
    message(b"K", struct.pack("!II", 7, 8)),
    message(b"S", b"client_encoding\0UTF8\0"),
    message(b"S", b"standard_conforming_strings\0off\0"),
    message(b"Z", b"I"),
    message(b"Z", b"T"),
    message(b"T", struct.pack("!H", 1) + b"n\0" + bytes(18)),
    message(b"D", struct.pack("!HI", 1, 1) + b"1"),
    message(b"C", b"SELECT 1\0"),
    error_response({"S": "ERROR", "C": "42501", "M": "no"}),
    notice_response({"S": "NOTICE", "C": "00000", "M": "look"}),
    message(b"A", struct.pack("!I", 1) + b"channel\0payload\0"),
    message(b"G", b"\0\0\1\0\0"),
    message(b"H", b"\0\0\1\0\0"),
    message(b"W", b"\0\0\1\0\0"),
    message(b"V", struct.pack("!I", 0xFFFFFFFF)),
    message(b"t", struct.pack("!HI", 1, 23)),
    *(message(bytes([kind]), b"") for kind in b"123nIs"),
    copy_data(b"1\n"),
    COPY_DONE,
    message(b"v", struct.pack("!II", 0, 0)),
)
OPENINGS = (
    struct.pack("!II", 8, (1234 << 16) | 5679),
    struct.pack("!II", 8, (1234 << 16) | 5680),
    struct.pack("!IIII", 16, (1234 << 16) | 5678, 7, 8),
    struct.pack("!II", 41, 3 << 16) + b"user\0bob\0database\0shop\0options\0-c a=b\0\0"[:33],
)
