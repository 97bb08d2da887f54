"""Questions about passwords, where the proxy has to check them itself."""

from collections.abc import Sequence

from pgtoll.doctor.findings import Finding, Row, Severity, Where, fine

# Who may log in with a password that is no SCRAM secret.
KEPT = """
    SELECT oid::regrole::text AS role FROM pg_authid
    WHERE rolcanlogin AND rolpassword IS NOT NULL AND rolpassword NOT LIKE 'SCRAM-SHA-256$%'
    ORDER BY 1
"""


def judge_logins(rows: Sequence[Row]) -> tuple[Finding, ...]:
    """Return who will find the door shut."""
    found = tuple(
        Finding(
            check="logins",
            severity=Severity.WARNING,
            what=f"role {row['role']} has an MD5 password",
            why="Where pgtoll checks passwords, it cannot log in.",
            fix=(
                "SET password_encryption = 'scram-sha-256';",
                f"\\password {row['role']}",
            ),
        )
        for row in rows
    )
    return found or (fine("logins", "every password that is kept can be checked by pgtoll"),)


def unreadable(reason: str, *, severe: bool) -> Finding:
    """The proxy cannot look passwords up."""
    return Finding(
        check="logins",
        severity=Severity.PROBLEM if severe else Severity.WARNING,
        what=reason,
        why="Nobody can log in with a password whom pgtoll has to check"
        + ("." if severe else ": where the server asks for SCRAM and both sides have TLS."),
        fix=('auth_query = "SELECT name, secret FROM public.secret_of($1)"',),
        where=Where.PGTOLL,
    )
