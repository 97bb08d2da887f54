"""Has how values are written, errors, plans and transactions set from the first byte on."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"
SETTINGS = {
    "DateStyle": "German",
    "IntervalStyle": "iso_8601",
    "TimeZone": "Pacific/Kiritimati",
    "bytea_output": "escape",
    "extra_float_digits": "-15",
    "client_encoding": "LATIN1",
    "standard_conforming_strings": "off",
    "quote_all_identifiers": "on",
    "transform_null_equals": "on",
    "xmlbinary": "hex",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
    "row_security": "off",
    "plan_cache_mode": "force_generic_plan",
    "client_min_messages": "error",
    "search_path": "office,public",
}


def attack(server: Server) -> bytes:
    with server.login(**SETTINGS) as client:
        return ask(client, query(b"SELECT read_any('SELECT secret FROM public.vlt_account')"))
