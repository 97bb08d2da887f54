"""What can go wrong, named for whose fault it is and what the other side must be told."""


class PgtollError(Exception):
    """The root of the tree; never raised itself."""


class ProtocolViolation(PgtollError):
    """The peer broke the protocol. The session ends with SQLSTATE 08P01."""


class NoStartup(ProtocolViolation):
    """What came first is no client of PostgreSQL's, or a faulty cancel request.

    It is told nothing, as PostgreSQL does it.
    """


class UnsupportedProtocol(ProtocolViolation):
    """The client speaks another version. It is told with SQLSTATE 0A000, in words it understands.

    There are no SQLSTATEs in versions 1 and 2.
    """

    def __init__(self, major: int, minor: int) -> None:
        supported = "server supports 3.0 to 3.2"
        super().__init__(f"unsupported frontend protocol {major}.{minor}: {supported}")
        self.old = major in (1, 2)


class RefusedStartup(PgtollError):
    """We will not serve this client. It is told why with SQLSTATE 28000."""


class RefusedLogin(PgtollError):
    """A client has not proven who it is, or cannot be logged in: it is told with this SQLSTATE."""

    def __init__(self, sqlstate: str, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.sqlstate = sqlstate
        self.detail = detail


class TooManyClients(PgtollError):
    """There is no room for another client. It is told with SQLSTATE 53300."""


class ServerUnavailable(PgtollError):
    """PostgreSQL cannot be reached. The client is told with SQLSTATE 08001."""


class InsecureConnection(PgtollError):
    """TLS with a peer failed. It has been told by an alert, if at all, and gets nothing more."""


class Stopping(PgtollError):
    """The program is about to end. Clients are told to go elsewhere, with SQLSTATE 57P03."""


class ConfigError(PgtollError):
    """The operator must change a setting, which the message names. Commands exit with status 2."""


class StoreError(PgtollError):
    """Schema pgtoll cannot do what was asked; nothing was changed."""


class BadRecording(PgtollError):
    """A file is no recording, or not all of one, or was changed. Commands exit with status 2."""
