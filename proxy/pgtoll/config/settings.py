"""The settings as values: what each part of the program is handed, and its defaults."""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from pgtoll.errors import ConfigError

if TYPE_CHECKING:
    from pgtoll_policy.keys import TrustedKeys


class Mode(Enum):
    """What happens to a statement that a license does not allow."""

    ENFORCE = "enforce"
    OBSERVE = "observe"  # decided and recorded, refused never


class Demand(Enum):
    """How much something is wanted that a client may have or lack."""

    OFF = "off"
    ALLOW = "allow"
    REQUIRE = "require"


@dataclass(frozen=True, slots=True)
class Pem:
    """A file with keys or certificates, as it was when it was read.

    Whoever needs nothing of it need not be able to read it: only its use raises ConfigError.
    """

    path: Path
    data: bytes = field(default=b"", repr=False)
    problem: str = ""  # why it could not be read
    exposed: str = ""  # why it is no place for a private key

    @property
    def content(self) -> bytes:
        if self.problem:
            raise ConfigError(self.problem)
        return self.data

    @property
    def secret(self) -> bytes:
        """The same, for a private key."""
        content = self.content
        if self.exposed:
            raise ConfigError(self.exposed)
        return content


@dataclass(frozen=True, slots=True)
class Tls:
    """How connections of clients are encrypted."""

    clients: Demand = Demand.OFF
    certificate: Pem | None = None  # the proxy's own, then those of its issuers
    key: Pem | None = None  # in the certificate's file unless given
    ca: Pem | None = None  # whose certificates of clients count
    crl: Pem | None = None  # those that were revoked
    client_certificates: Demand = Demand.OFF
    minimum: str = "TLSv1.2"


@dataclass(frozen=True, slots=True)
class Listen:
    """Where clients connect to the proxy."""

    host: str = "127.0.0.1"  # for clients "*" is every address of the machine
    port: int = 6432  # 0 lets the operating system choose


@dataclass(frozen=True, slots=True)
class LocalSockets:
    """Where clients of the same machine connect, if they do so by Unix sockets."""

    directories: tuple[str, ...] = ()  # or abstract names, which begin with @
    mode: int = 0o777  # of the socket's file: who may connect
    group: str = ""  # of the file; ours, if it is empty


@dataclass(frozen=True, slots=True)
class Console:
    """Where browsers reach the License manager, if it runs."""

    listen: Listen | None = None
    hosts: tuple[str, ...] = ()  # names of it, besides localhost and any address
    forwarders: tuple[str, ...] = ()  # addresses whose X-Forwarded headers count
    operation_tokens: tuple[str, ...] = ()  # of front ends, which ask about operations
    cors_origins: tuple[str, ...] = ()  # whose pages in browsers may ask; "*" is any


@dataclass(frozen=True, slots=True)
class Server:
    """The PostgreSQL that the proxy stands in front of."""

    dsn: str = ""  # libpq's: a URI, or keywords and values


@dataclass(frozen=True, slots=True)
class Store:
    """The database that holds schema `pgtoll`."""

    dsn: str = ""  # the server's own, unless the key `store` names another
    # Seconds that what is licensed is gone by while the store does not confirm it.
    grace: int = 300


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures count. Plain bytes, so that a configuration can be handed to a process."""

    pems: tuple[bytes, ...] = ()
    revocations: tuple[bytes, ...] = ()  # signed files that hold whatever is in the store

    def keys(self) -> "TrustedKeys":
        """Return the public keys by their ids."""
        # Here, because the library takes longer to load than most commands to run.
        from pgtoll_policy.keys import parse_public_key, trusted

        return trusted(parse_public_key(pem) for pem in self.pems)


class Unread(Enum):
    """What happens to a statement that may run code which is not read."""

    WATCH = "watch"  # it runs, and is undone if PostgreSQL's account shows a licensed table
    REFUSE = "refuse"  # it does not run


@dataclass(frozen=True, slots=True)
class Enforcement:
    """How strictly statements are judged."""

    mode: Mode = Mode.ENFORCE
    strict_parsers: bool = False  # also refuse what only PostgreSQL's own grammar can read
    trusted_functions: tuple[
        str, ...
    ] = ()  # "schema.name" or "schema.name(types)" that a DBA vouches for
    unread: Unread | None = None  # for users who lack something; None: by what the server shows

    @property
    def refuses_unread(self) -> bool | None:
        """Whether code that is not read does not run for them; None when nothing was said."""
        return None if self.unread is None else self.unread is Unread.REFUSE


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose licenses count."""

    # Roles that log in for many people and name each by pgtoll.user; all others are themselves.
    impersonators: tuple[str, ...] = ()


class Auth(Enum):
    """Who checks a client's password."""

    RELAY = "relay"  # the server; it is passed on
    SCRAM = "scram"  # we do, and log in to the server with what the proof reveals
    CERT = "cert"  # nobody: the client's certificate names the role


@dataclass(frozen=True, slots=True)
class Login:
    """How clients prove who they are."""

    auth: Auth = Auth.RELAY
    query: str = ""  # what tells the secret of user $1; pg_authid does if it is empty


@dataclass(frozen=True, slots=True)
class Limits:
    """How many clients are let in by all processes together, 0 for any number, and how fast."""

    connections: int = 0
    user_connections: int = 0  # of one role
    address_connections: int = 0  # from one address; Unix sockets have none
    login_timeout: float = 60.0  # seconds, as PostgreSQL's authentication_timeout


class LogFormat(Enum):
    """What a line of the log looks like."""

    TEXT = "text"
    JSON = "json"


class LogSql(Enum):
    """What a record of a refusal shows of the statement."""

    OFF = "off"
    NORMALIZED = "normalized"  # without its constants
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Logging:
    """What the program writes to standard error."""

    level: str = "info"
    format: LogFormat = LogFormat.TEXT
    sql: LogSql = LogSql.OFF
    record: LogSql = LogSql.FULL  # what the records of the audit keep


class AuditKind(Enum):
    """What keeps the records of the audit."""

    POSTGRES = "postgres"  # tables in schema pgtoll
    FILE = "file"
    SYSLOG = "syslog"


@dataclass(frozen=True, slots=True)
class Target:
    """One place that the records of the audit go to."""

    kind: AuditKind = AuditKind.POSTGRES
    path: str = ""  # of the file, or of the Unix socket
    transport: str = ""  # udp, tcp or tls, where the socket is none of the machine's own
    host: str = ""
    port: int = 0

    def __str__(self) -> str:
        """As people write it."""
        kind: str = self.kind.value
        if self.kind is AuditKind.POSTGRES:
            return kind
        if not self.transport:
            return f"{kind}:{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{kind}:{self.transport}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Auditing:
    """Where the records of the audit go, and how."""

    targets: tuple[Target, ...] = (Target(),)
    days: int = 730  # that the store keeps refusals and events for; 0 is forever
    file_size: int = 64 << 20  # bytes, after which another file is begun; 0 is never
    files: int = 10  # that are kept besides the one that is written
    facility: str = "local0"  # of records sent to syslog
    ca: Pem | None = None  # whose certificates of a syslog server count; else the system's


@dataclass(frozen=True, slots=True)
class Tracing:
    """Which sessions are traced, and for whom."""

    endpoint: str = ""  # the URL that takes OpenTelemetry's traces; nothing is traced without
    sample: float = 1.0  # the share of the sessions
    sql: LogSql = LogSql.OFF  # what a span shows of a statement


@dataclass(frozen=True, slots=True)
class Operation:
    """How the program is run."""

    drain_timeout: float = 10.0  # seconds for transactions in progress when it is told to stop
    reuse_port: bool = False  # another of us may take the address over, and we may from it
    metrics: Listen | None = None  # where figures are read
    preload: int = 500  # statements that are read at the start, of those the database ran most


@dataclass(frozen=True, slots=True)
class Admin:
    """The administrator's console over the wire, and who may use it besides superusers."""

    database: str = "pgtoll"  # the name that stands for it; clients connect to that
    admins: tuple[str, ...] = ()  # roles that may do everything
    stats_users: tuple[str, ...] = ()  # roles that may look, and do nothing


@dataclass(frozen=True, slots=True)
class Config:
    """All settings; each module is handed the part that is its own."""

    server: Server = Server()
    store: Store = Store()
    listen: tuple[Listen, ...] = (Listen(),)
    local: LocalSockets = LocalSockets()
    tls: Tls = Tls()
    console: Console = Console()
    trust: Trust = Trust()
    enforcement: Enforcement = Enforcement()
    identity: Identity = Identity()
    limits: Limits = Limits()
    # Addresses of load balancers, which say by the PROXY protocol for whom they connect.
    balancers: tuple[str, ...] = ()
    login: Login = Login()
    admin: Admin = Admin()
    customer: str | None = None  # whose licenses count; None accepts any customer's
    workers: int = 1  # processes that share the port
    operation: Operation = Operation()
    logging: Logging = Logging()
    audit: Auditing = Auditing()
    tracing: Tracing = Tracing()
