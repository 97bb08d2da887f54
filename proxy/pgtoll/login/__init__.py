"""From a client's StartupMessage to the server's AuthenticationOk: who asks whom for what."""

from pgtoll.login.logins import Logins
from pgtoll.login.lookup import Lookup
from pgtoll.login.talk import Gone, Talk

__all__ = ["Gone", "Logins", "Lookup", "Talk"]
