"""Has plans made by parallel workers from the first statement on, and reads by a function."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"
OPTIONS = (
    "-c parallel_setup_cost=0 -c parallel_tuple_cost=0 -c min_parallel_table_scan_size=0"
    " -c statement_timeout=3s -c lock_timeout=100ms -c default_transaction_isolation=serializable"
)


def attack(server: Server) -> bytes:
    with server.login(options=OPTIONS) as client:
        return ask(client, query(b"SELECT account_unseen(id) FROM customer WHERE id < 3"))
