"""What PostgreSQL keeps of a password, and whether a password is the one it was made from.

Needed only where the server lets people in without asking for one: then we ask.
"""

import hmac
from hashlib import md5, pbkdf2_hmac

from pgtoll.wire.saslprep import prepared
from pgtoll.wire.scram import is_key, read_secret

MOST_ROUNDS = 1_000_000  # PostgreSQL's default is 4096; this many take a second


def matches(verifier: str, user: str, password: str) -> bool:
    """Tell whether a role's `rolpassword` was made from this password."""
    if secret := read_secret(verifier):
        if secret.iterations > MOST_ROUNDS:
            return False
        hashed = prepared(password).encode()
        salted = pbkdf2_hmac("sha256", hashed, secret.salt, secret.iterations)
        return is_key(hmac.digest(salted, b"Client Key", "sha256"), secret.stored_key)
    made = "md5" + md5(f"{password}{user}".encode(), usedforsecurity=False).hexdigest()
    return hmac.compare_digest(made.encode(), verifier.encode())
