"""What PostgreSQL keeps of a password, and whether a password is the one it was made from.

Needed only where the server lets people in without asking for one: then we ask.
"""

import hmac
import stringprep
import unicodedata
from base64 import b64decode
from hashlib import md5, pbkdf2_hmac, sha256

MOST_ROUNDS = 1_000_000  # PostgreSQL's default is 4096; this many take a second

_SCRAM = "SCRAM-SHA-256"


def matches(verifier: str, user: str, password: str) -> bool:
    """Tell whether a role's `rolpassword` was made from this password."""
    if verifier.startswith(f"{_SCRAM}$"):
        return any(_scram(verifier, one) for one in {password, _prepared(password)})
    made = "md5" + md5(f"{password}{user}".encode(), usedforsecurity=False).hexdigest()
    return hmac.compare_digest(made.encode(), verifier.encode())


def _scram(verifier: str, password: str) -> bool:
    """RFC 5802, section 3; the form of the verifier is that of PostgreSQL's pg_authid."""
    try:
        _, how, keys = verifier.split("$")
        rounds, salt = how.split(":")
        stored = b64decode(keys.split(":")[0], validate=True)
        salted = _salted(password, b64decode(salt, validate=True), int(rounds))
    except ValueError:
        return False
    client = hmac.digest(salted, b"Client Key", "sha256")
    return hmac.compare_digest(sha256(client).digest(), stored)


def _salted(password: str, salt: bytes, rounds: int) -> bytes:
    if not 0 < rounds <= MOST_ROUNDS:
        raise ValueError(f"{rounds} rounds are not what PostgreSQL makes")
    return pbkdf2_hmac("sha256", password.encode(), salt, rounds)


def _prepared(password: str) -> str:
    """Return the password as SASLprep (RFC 4013, section 2) has it."""
    kept = (one for one in password if not stringprep.in_table_b1(one))
    return unicodedata.normalize(
        "NFKC", "".join(" " if stringprep.in_table_c12(one) else one for one in kept)
    )
