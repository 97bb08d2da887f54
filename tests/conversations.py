"""Random conversations of clients, as hypothesis strategies."""

from hypothesis import strategies as st
from peers import COPY_DONE, COPY_FAIL, copy_data, describe, execute_some, extended

from pgtoll.wire.messages import FLUSH, SYNC, bind, close, execute, message, parse, query

HONEST = (
    b"BEGIN",
    b"COMMIT",
    b"ROLLBACK",
    b"COMMIT AND CHAIN",
    b"ROLLBACK AND CHAIN",
    b"SAVEPOINT s",
    b"ROLLBACK TO s",
    b"RELEASE SAVEPOINT s",
    b"SELECT generate_series(1, 3)",
    b"INSERT INTO t SELECT generate_series(1, 1)",
    b"INSERT INTO t SELECT generate_series(1, 2) RETURNING n",
    b"INSERT INTO later VALUES (1)",
    b"SELECT look()",
    b"SELECT shout()",
    b"SELECT fail()",
    b"SELEC",
    b"TABLE nosuch",
    b"SET standard_conforming_strings = off",
    b"SET standard_conforming_strings = on",
    b"SET CONSTRAINTS ALL IMMEDIATE",
    b"PREPARE a AS SELECT generate_series(1, 2)",
    b"EXECUTE a",
    b"DEALLOCATE a",
)
# What a check has to stop, or to find harmless, and what hides it.
HOSTILE = (
    b"INSERT INTO t SELECT generate_series(1, 9)",
    b"INSERT INTO later VALUES (9)",
    b"TABLE secret",
    b"SELECT peek()",
    b"SELECT blab()",
    b"SELECT blurt()",
    b"SELECT fold()",
    b"CALL fill()",
    b"PREPARE a AS INSERT INTO t SELECT generate_series(1, 9)",
    b"DECLARE p CURSOR FOR SELECT generate_series(1, 3)",
    b"DECLARE p CURSOR FOR SELECT peek()",
)
# What most statements of an application are, and some that are not what they seem.
USUAL = (
    *[b"SELECT generate_series(1, 3)"] * 4,
    *[b"INSERT INTO t SELECT generate_series(1, 2) RETURNING n"] * 2,
    *(b"INSERT INTO t SELECT generate_series(1, 1)", b"BEGIN", b"COMMIT"),
    *(b"SELECT look()", b"SELECT shout()", b"SELECT peek()"),
)
COPIES = (b"COPY t FROM STDIN", b"COPY nosuch FROM STDIN")


def chosen(*values: bytes) -> st.SearchStrategy[bytes]:
    return st.sampled_from(values)


def joined(*parts: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.tuples(*parts).map(b"".join)


def many(part: st.SearchStrategy[bytes], least: int, most: int) -> st.SearchStrategy[bytes]:
    return st.lists(part, min_size=least, max_size=most).map(b"".join)


def queries(sql: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    return st.lists(chosen(*sql), min_size=1, max_size=3).map(b"; ".join).map(query)


def messages_of(sql: tuple[bytes, ...], portals: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """One or more messages of the extended protocol, no Sync."""
    name, portal, text = chosen(b"", b"a", b"b"), chosen(*portals), chosen(*sql)
    return st.one_of(
        text.map(extended),
        st.builds(parse, name, text),
        st.builds(bind, portal, name),
        portal.map(execute),
        st.builds(execute_some, portal, st.integers(1, 2)),
        name.map(lambda name: describe(b"S", name)),
        portal.map(lambda portal: describe(b"P", portal)),
        name.map(lambda name: close(b"S", name)),
        portal.map(lambda portal: close(b"P", portal)),
        st.just(FLUSH),
    )


EMPTY = (query(b""), query(b" ; "))
COPY_END = chosen(COPY_DONE, COPY_DONE, COPY_FAIL)
QUERY_COPY = joined(chosen(*COPIES).map(query), many(st.just(copy_data(b"1\n")), 0, 2), COPY_END)
# As libpq sends it (a Sync that the server ignores), and in one go.
EXTENDED_COPY = joined(
    chosen(*COPIES).map(extended),
    chosen(b"", SYNC),
    many(chosen(copy_data(b"1\n"), copy_data(b"bad\n")), 0, 2),
    COPY_END,
    st.just(SYNC),
)


def rounds_of(sql: tuple[bytes, ...], portals: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    pipeline = joined(many(messages_of(sql, portals), 1, 5), chosen(SYNC, SYNC, SYNC, *EMPTY))
    return st.one_of(queries(sql), pipeline, pipeline, QUERY_COPY, EXTENDED_COPY, chosen(*EMPTY))


def ended(conversation: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return conversation.map(lambda data: data + SYNC)


def driven(sql: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """A round as drivers send them: one statement, of a text or of a name prepared before."""
    text, name = chosen(*sql), chosen(b"a", b"b")
    run = st.builds(lambda one: bind(b"", one) + execute(b"") + SYNC, chosen(b"", b"a", b"b"))
    shown = st.builds(lambda one: bind(b"", one) + describe(b"P") + execute(b"") + SYNC, name)
    prepared = st.builds(lambda one, of: parse(one, of) + SYNC, name, text)
    once = text.map(lambda one: extended(one) + SYNC)
    return st.one_of(text.map(query), once, run, shown, prepared, text.map(query), once)


def again() -> st.SearchStrategy[bytes]:
    """A prepared statement, bound and run several times as a pipeline does it."""
    shapes = (b"", describe(b"P"))
    once = st.builds(
        lambda one, shown: bind(b"", one) + shown + execute(b""),
        chosen(b"a", b"a", b"b", b""),
        chosen(*shapes),
    )
    unnamed = chosen(*USUAL).map(extended)
    times = st.integers(1, 4)
    return st.builds(lambda one, count: one * count, st.one_of(once, once, unnamed), times)


def pipeline_of(sql: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """A round in which much is sent again, and now and then something else."""
    other = messages_of(sql, (b"", b"p"))
    return joined(many(st.one_of(again(), again(), again(), other), 2, 8), st.just(SYNC))


# Only unnamed portals: behind a name there may be a cursor of SQL's, and what is done about that
# shows (a BEGIN inside a block of ours is warned about).
honest = ended(many(rounds_of(HONEST, (b"",)), 1, 8))

stray = st.one_of(
    st.just(COPY_DONE),
    st.just(copy_data(b"1\n")),
    st.just(extended(b"COPY trap FROM STDIN")),
    st.builds(
        message,
        st.sampled_from([bytes([kind]) for kind in b"QPBEDCSHFXcfpdz"]),
        st.binary(max_size=9),
    ),
)
hostile_messages = st.one_of(
    messages_of(HONEST + HOSTILE, (b"", b"p", b"q")),
    messages_of(HONEST + HOSTILE, (b"", b"p", b"q")),
    messages_of(HONEST + HOSTILE, (b"", b"p", b"q")),
    rounds_of(HONEST + HOSTILE, (b"", b"p", b"q")),
    st.just(SYNC),
)
hostile = ended(many(st.one_of(*[hostile_messages] * 9, stray), 1, 16))
in_turn = ended(
    many(st.one_of(*[driven(USUAL)] * 9, driven(HONEST + HOSTILE), hostile_messages), 1, 20)
)

prepared = st.builds(
    lambda one, other: parse(b"a", one) + SYNC + parse(b"b", other) + SYNC,
    chosen(*USUAL),
    chosen(*USUAL),
)
repeated = joined(
    prepared, many(st.one_of(*[pipeline_of(HONEST + HOSTILE)] * 3, driven(USUAL)), 1, 4)
)

cuts = st.lists(st.sampled_from([1, 3, 7, 20, 100, 1000]), max_size=60)
