"""What is due before a message that ends a round and runs nothing: a Sync, an empty Query."""

from pgtoll.session.conversation import Conversation
from pgtoll.session.observing import end_round
from pgtoll.session.replies import StepKind


def settle_round(c: Conversation) -> None:
    """Check what ran in the round: its end commits, unless a transaction block is open."""
    if c.observes:
        end_round(c)
    elif c.hidden_block is not None:
        c.settle()
        c.inject(b"COMMIT", StepKind.HIDDEN)
        c.tx.explicit = False
    elif c.tx.explicit is not True:
        c.settle()
    elif c.due:
        c.check()
