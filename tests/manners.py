"""Conversations byte by byte, with and without manners: what a server answers to each is its own.

Each is what a client sends after it has logged in; what comes back must be the same through a proxy
for somebody who lacks nothing.
"""

import struct

from raw_client import copy_data, describe_portal

from pgtoll.wire.messages import FLUSH, SYNC, bind, close, execute, message, parse, query

PLUS = 177  # int4pl
LONG = 1 << 20


def _call(function: int, *values: bytes, results: int = 1) -> bytes:
    """A FunctionCall with arguments in binary."""
    values_ = b"".join(struct.pack("!i", len(value)) + value for value in values)
    head = struct.pack("!IHHH", function, 1, 1, len(values))
    return message(b"F", head + values_ + struct.pack("!H", results))


def _bind_values(statement: bytes, *values: bytes | None, declared: int | None = None) -> bytes:
    count = len(values) if declared is None else declared
    fields = b"".join(
        struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value
        for value in values
    )
    head = b"\0" + statement + b"\0" + struct.pack("!HH", 0, count)
    return message(b"B", head + fields + struct.pack("!H", 0))


def _execute_rows(rows: int) -> bytes:
    return message(b"E", b"\0" + struct.pack("!i", rows))


def _describe_statement(name: bytes) -> bytes:
    return message(b"D", b"S" + name + b"\0")


def _run(sql: bytes) -> bytes:
    return parse(b"", sql) + bind(b"", b"") + describe_portal() + execute(b"")


_FOUR = struct.pack("!i", 4)
_TEMP = query(b"CREATE TEMP TABLE t (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, word text)")
_IN = query(b"COPY t FROM STDIN")
_COPIED, _GAVE_UP = message(b"c", b""), message(b"f", b"no more\0")

CONVERSATIONS: dict[str, tuple[bytes, ...]] = {
    # Functions, called without SQL
    "function": (_call(PLUS, _FOUR, _FOUR),),
    "function_text_result": (_call(PLUS, _FOUR, _FOUR, results=0),),
    "function_unknown": (_call(999_999, _FOUR),),
    "function_arguments_missing": (_call(PLUS, _FOUR), query(b"SELECT 1")),
    "function_in_failed_block": (query(b"BEGIN; SELECT 1/0"), _call(PLUS, _FOUR, _FOUR)),
    "function_cut_short": (message(b"F", b"\0\0"), query(b"SELECT 1")),
    "function_between_steps": (parse(b"s", b"SELECT 1"), _call(PLUS, _FOUR, _FOUR), SYNC),
    # Simple queries
    "query_empty": (query(b""), query(b" ; ; "), query(b"-- nothing")),
    "query_with_nul": (message(b"Q", b"SELECT 1\0SELECT 2\0"), query(b"SELECT 3")),
    "query_unterminated": (message(b"Q", b"SELECT 1"), query(b"SELECT 3")),
    "query_of_nothing": (message(b"Q", b""), query(b"SELECT 3")),
    "query_several": (query(b"SELECT 1; SELECT 'x' AS a, 2.5; SELECT 1/0; SELECT 4"),),
    "query_position": (query("SELECT 'ü', nonsense".encode()),),
    "query_bad_encoding": (query(b"SELECT 'a\xff'"), query(b"SELECT 1")),
    "query_latin1": (query(b"SET client_encoding = LATIN1"), query(b"SELECT 'a\xff', nonsense")),
    "query_large": (query(b"SELECT length('" + b"x" * LONG + b"')"),),
    "query_large_answer": (query(b"SELECT repeat('x', 3000000), g FROM generate_series(1, 3) g"),),
    "query_between_steps": (parse(b"s", b"SELECT 1"), query(b"SELECT 2"), SYNC),
    "query_behind_bad_step": (parse(b"s", b"SELECT nonsense"), query(b"SELECT 2"), SYNC, SYNC),
    # Statements and portals
    "statement_twice": (parse(b"s", b"SELECT 1"), parse(b"s", b"SELECT 2"), SYNC),
    "statement_closed": (parse(b"s", b"SELECT 1"), close(b"S", b"s"), bind(b"", b"s"), SYNC),
    "statement_unknown": (bind(b"", b"nobody"), SYNC, _describe_statement(b"nobody"), SYNC),
    "statement_close_unknown": (close(b"S", b"nobody"), close(b"P", b"nobody"), SYNC),
    "statement_of_two": (parse(b"", b"SELECT 1; SELECT 2"), SYNC),
    "statement_empty": (parse(b"", b""), bind(b"", b""), describe_portal(), execute(b""), SYNC),
    "statement_by_sql": (query(b"PREPARE s AS SELECT 7"), bind(b"", b"s"), execute(b""), SYNC),
    "statement_discarded": (
        parse(b"s", b"SELECT 1"),
        SYNC,
        query(b"DISCARD ALL"),
        bind(b"", b"s"),
        SYNC,
    ),
    "statement_outlives_table": (
        query(b"CREATE TEMP TABLE t (a int)"),
        parse(b"s", b"SELECT * FROM t"),
        SYNC,
        query(b"ALTER TABLE t ADD b int"),
        bind(b"", b"s"),
        describe_portal(),
        execute(b""),
        SYNC,
    ),
    "describe_what": (message(b"D", b"X\0"), SYNC, message(b"C", b"X\0"), SYNC),
    "portal_in_parts": (
        parse(b"", b"SELECT generate_series(1, 5)"),
        bind(b"", b""),
        _execute_rows(2),
        FLUSH,
        _execute_rows(2),
        _execute_rows(0),
        _execute_rows(0),
        SYNC,
        _execute_rows(2),
        SYNC,
    ),
    "portal_twice": (
        parse(b"", b"SELECT 1"),
        bind(b"p", b""),
        bind(b"p", b""),
        SYNC,
    ),
    "portal_outlives_sync_in_block": (
        query(b"BEGIN"),
        parse(b"", b"SELECT generate_series(1, 3)"),
        bind(b"p", b""),
        SYNC,
        execute(b"p"),
        SYNC,
        query(b"COMMIT"),
        execute(b"p"),
        SYNC,
    ),
    "portal_by_sql": (
        query(b"BEGIN; DECLARE c CURSOR FOR SELECT 1"),
        execute(b"c"),
        message(b"D", b"Pc\0"),
        SYNC,
        query(b"COMMIT"),
    ),
    "bind_too_few": (parse(b"s", b"SELECT $1::int"), _bind_values(b"s"), SYNC),
    "bind_null": (parse(b"s", b"SELECT $1::int"), _bind_values(b"s", None), execute(b""), SYNC),
    "bind_lies": (parse(b"s", b"SELECT $1::int"), _bind_values(b"s", b"1", declared=9), SYNC),
    "bind_bad_value": (parse(b"s", b"SELECT $1::int"), _bind_values(b"s", b"one"), SYNC),
    "bind_trailing": (
        parse(b"s", b"SELECT 1"),
        message(b"B", b"\0s\0\0\0\0\0\0\0more"),
        SYNC,
    ),
    "parameters_too_many": (parse(b"", b"SELECT $65536::int"), SYNC),
    "parse_cut_short": (message(b"P", b"s\0SELECT 1\0"), SYNC),
    "parse_types_lie": (message(b"P", b"s\0SELECT 1\0\0\x09"), SYNC),
    "execute_cut_short": (parse(b"", b"SELECT 1"), bind(b"", b""), message(b"E", b"\0"), SYNC),
    # Pipelines
    "pipeline_with_error": (
        _run(b"SELECT 1"),
        _run(b"SELECT 1/0"),
        _run(b"SELECT 2"),
        SYNC,
        _run(b"SELECT 3"),
        SYNC,
    ),
    "pipeline_implicit_block": (
        _TEMP,
        _run(b"INSERT INTO t VALUES (1)"),
        _run(b"INSERT INTO t VALUES (1)"),
        SYNC,
        query(b"SELECT count(*) FROM t"),
    ),
    "pipeline_without_sync": (_run(b"SELECT 1"), FLUSH),
    "flush_and_sync_alone": (FLUSH, SYNC, FLUSH, SYNC, SYNC),
    "block_failed": (
        query(b"BEGIN"),
        _run(b"SELECT 1/0"),
        SYNC,
        _run(b"SELECT 1"),
        SYNC,
        query(b"SELECT 1"),
        query(b"ROLLBACK"),
        query(b"ROLLBACK"),
    ),
    # COPY
    "copy_in": (_TEMP, _IN, copy_data(b"1\ta\n2\t"), copy_data(b"b\n"), _COPIED),
    "copy_in_bad_row": (_TEMP, _IN, copy_data(b"1\ta\tb\n"), copy_data(b"2\tb\n"), _COPIED),
    "copy_in_given_up": (_TEMP, _IN, copy_data(b"1\ta\n"), _GAVE_UP, query(b"SELECT 1")),
    "copy_in_then_query": (_TEMP, _IN, copy_data(b"1\ta\n"), query(b"SELECT 1"), SYNC),
    "copy_in_then_sync": (_TEMP, _IN, FLUSH, SYNC, copy_data(b"1\ta\n"), _COPIED),
    "copy_in_extended": (_TEMP, _run(b"COPY t FROM STDIN"), copy_data(b"1\ta\n"), _COPIED, SYNC),
    "copy_in_at_commit": (_TEMP, _IN, copy_data(b"1\ta\n1\tb\n"), _COPIED),
    "copy_out": (query(b"COPY (SELECT g FROM generate_series(1, 3) g) TO STDOUT"),),
    "copy_out_binary": (query(b"COPY (SELECT 1, 'x') TO STDOUT (FORMAT binary)"),),
    "copy_messages_out_of_place": (copy_data(b"1\n"), _COPIED, _GAVE_UP, query(b"SELECT 1")),
    # Messages that no client should send
    "sync_with_body": (message(b"S", b"more"), query(b"SELECT 1")),
    "flush_with_body": (message(b"H", b"more"), SYNC, query(b"SELECT 1")),
    "terminate_with_body": (message(b"X", b"more"),),
    # Settings, notices, notifications, transactions
    "settings_reported": (
        query(b"SET DateStyle = German; SET TimeZone = 'Asia/Tokyo'; SET application_name = 'x'"),
        query(b"BEGIN; SET standard_conforming_strings = off"),
        query(b"SELECT 'a\\'b'"),
        query(b"ROLLBACK"),
        query(b"SELECT 'a\\'"),
        query(b"RESET ALL"),
    ),
    "notices": (
        query(b"DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two' USING HINT = 'three'; END $$"),
        query(b"DROP TABLE IF EXISTS nowhere"),
        query(b"COMMIT"),
    ),
    "notices_at_debug": (
        query(b"SET client_min_messages = debug1"),
        query(b"CREATE TEMP TABLE t (id serial PRIMARY KEY)"),
        query(b"ALTER TABLE t ADD word text UNIQUE"),
        _run(b"DROP TABLE t"),
        SYNC,
    ),
    "notifications": (
        query(b"LISTEN here"),
        query(b"BEGIN; NOTIFY here, 'one'; SELECT 1"),
        query(b"COMMIT"),
    ),
    "two_phases": (
        query(b"BEGIN; SELECT 1; PREPARE TRANSACTION 'manners'"),
        query(b"ROLLBACK PREPARED 'manners'"),
    ),
    "error_with_everything": (
        query(b"CREATE TEMP TABLE t (id int CONSTRAINT small CHECK (id < 9))"),
        query(b"INSERT INTO t VALUES (10)"),
        query(b"DO $$ BEGIN INSERT INTO t VALUES (11); END $$"),
    ),
    "session_ends_itself": (query(b"SELECT pg_terminate_backend(pg_backend_pid())"),),
}

# PostgreSQL ends the session with an error for these.
NO_MESSAGES: dict[str, bytes] = {
    "unknown": message(b"z", b"hello"),
    "password": message(b"p", b"secret\0"),
    "server": message(b"T", b"\0\0"),
}
# And for these without a word.
NO_LENGTHS = (b"Q\0\0\0\0", b"Q\0\0\0\3", b"Q\xff\xff\xff\xff", b"d\x7f\xff\xff\xff")
