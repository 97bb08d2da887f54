"""Is another role from the first statement on, by a setting in the StartupMessage."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"
SETUP = """
CREATE ROLE office_role;
GRANT office_role TO mallory;
GRANT USAGE ON SCHEMA public TO office_role;
GRANT SELECT ON vlt_account TO office_role;
"""


def attack(server: Server) -> bytes:
    with server.login(role="office_role") as client:
        return ask(client, query(b"SELECT secret FROM vlt_account"))
