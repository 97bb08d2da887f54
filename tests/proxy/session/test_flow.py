"""What a session begins with."""

from pgtoll.session.flow import Flow
from pgtoll.session.rounds import SYNC_ROUND


def test_the_server_opens_the_session_and_nothing_takes_the_short_way_yet() -> None:
    flow = Flow()
    flow.begin(1000)
    assert list(flow.rounds) == [SYNC_ROUND]
    assert (flow.requests_pass, flow.replies_pass, flow.clear) == (False, False, False)
    assert (flow.sent, flow.done, flow.failed_at, flow.closing) == (0, 0, None, "")
    assert flow.statement_limit == 1000
    assert flow.tx.explicit is False
    assert flow.names.statement(b"") is None
