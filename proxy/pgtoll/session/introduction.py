"""What the server says of itself before it is ready for the first time: little of it is read.

Every client that logs in is sent a dozen parameters; three or four of them matter here.
"""

from pgtoll.session.conversation import Conversation
from pgtoll.wire.messages import read_parameter
from pgtoll.wire.splitter import HEADER

_PARAMETER, _KEY = b"SK"
# Whose values the settings or the judge go by.
_HEEDED = frozenset(
    {
        b"client_encoding",
        b"server_encoding",
        b"standard_conforming_strings",
        b"default_transaction_read_only",
        b"in_hot_standby",
    }
)


def pass_introduction(c: Conversation, data: bytes, limit: int) -> int:
    """Note what the server's bytes say and return how many of them may pass as they are.

    For when nothing of the client's has been judged yet, and `data` begins with a message. What is
    longer than `limit` is left to the long way.
    """
    unpack, size, at = HEADER.unpack_from, len(data), 0
    while size - at >= HEADER.size:
        kind, length = unpack(data, at)
        end = at + 1 + length
        if end > size or not 4 <= length <= limit:
            break
        if kind == _PARAMETER:
            if data[at + 5 : data.find(b"\0", at + 5, end)] in _HEEDED:
                name, value = read_parameter(data[at:end])
                c.settings.report(name, value)
                c.judge.set_parameter(name, value)
        elif kind == _KEY:
            c.pid = int.from_bytes(data[at + 5 : at + 9], "big")
        else:
            break
        at = end
    return at
