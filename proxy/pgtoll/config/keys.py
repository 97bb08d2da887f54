"""Every setting once: its name, what it must look like, where its value goes, and its help.

Each is a key of the TOML file, a variable (PGTOLL_STRICT_PARSERS) and an option (--strict-parsers).
"""

from collections.abc import Callable
from dataclasses import dataclass

from pgtoll.config import targets, values
from pgtoll.config.settings import LogFormat, LogSql, Mode, Unread
from pgtoll.config.values import Given

MOST_WORKERS = 256
MOST_CLIENTS = 1 << 20
MOST_SECONDS = 3600
MOST_FILES = 10_000
LEAST_GRACE, MOST_GRACE = 10, 31 * 24 * 3600  # the store is asked for its word every five seconds
MOST_PRELOADED = 5000  # what pg_stat_statements keeps, unless told otherwise


@dataclass(frozen=True, slots=True)
class Key:
    """One setting."""

    name: str
    into: str  # the field of Config, such as "workers" or "console.hosts"
    read: Callable[[Given], object]  # raises ConfigError
    help: str
    metavar: str = ""  # what its option takes; a flag takes nothing
    choices: tuple[str, ...] = ()  # what a shell completes it to
    many: bool = False  # its option may be repeated
    group: str = "Serving"  # the part of `serve --help` where it stands
    lasting: bool = False  # a running program keeps it; a reload does not change it
    aliases: tuple[str, ...] = ()  # other spellings of its option

    @property
    def option(self) -> str:
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        return f"PGTOLL_{self.name.upper()}"


_MANAGER = "License manager"
_LICENSES = "Licenses"
_TLS = "Encryption"
_WATCHING = "Watching it"

_DEMAND = ("off", "allow", "require")
_ADMIN = "Administrator's console"

_ALL = (
    Key(
        "server", "server.dsn", values.dsn,
        "The PostgreSQL server: a URI or keywords.", "DSN", lasting=True,
    ),
    Key(
        "store", "store.dsn", values.dsn,
        "Where schema pgtoll is, if not in the server.", "DSN", group=_LICENSES, lasting=True,
    ),
    Key(
        "store_grace", "store.grace", values.number(LEAST_GRACE, MOST_GRACE),
        "How long licenses hold while their store does not confirm them.", "SECONDS",
        group=_LICENSES,
    ),
    Key(
        "listen", "listen", values.listens, "Where clients connect; *:PORT is everywhere.",
        "HOST:PORT", many=True, lasting=True,
    ),
    Key(
        "trust", "trust", values.trust,
        "A public key, or a directory of *.pub files and revocations.", "PATH", many=True,
        group=_LICENSES,
    ),
    Key(
        "workers", "workers", values.number(1, MOST_WORKERS),
        "Processes that share the port.", "N", lasting=True,
    ),
    Key(
        "unix_socket_dir", "local.directories", values.directories,
        "A directory with a Unix socket for clients.", "DIR", many=True, lasting=True,
    ),
    Key(
        "unix_socket_mode", "local.mode", values.permissions,
        "Who may connect to it, as chmod has it.", "MODE", lasting=True,
    ),
    Key(
        "unix_socket_group", "local.group", values.text,
        "The group of its file.", "GROUP", lasting=True,
    ),
    Key(
        "max_connections", "limits.connections", values.number(0, MOST_CLIENTS),
        "Clients at a time, 0 for any number.", "N",
    ),
    Key(
        "max_user_connections", "limits.user_connections", values.number(0, MOST_CLIENTS),
        "Clients of one role at a time.", "N",
    ),
    Key(
        "max_address_connections", "limits.address_connections", values.number(0, MOST_CLIENTS),
        "Clients from one address at a time.", "N",
    ),
    Key(
        "login_timeout", "limits.login_timeout", values.number(1, MOST_SECONDS),
        "How long a client may take to log in.", "SECONDS",
    ),
    Key(
        "proxy_protocol", "balancers", values.networks,
        "A load balancer that must say for whom it connects (PROXY protocol).", "NET", many=True,
    ),
    Key(
        "reuse_port", "operation.reuse_port", values.flag,
        "Take clients beside another pgtoll that has this set, until that is stopped.",
        lasting=True,
    ),
    Key(
        "drain_timeout", "operation.drain_timeout", values.seconds,
        "How long transactions may go on when it is told to stop.", "SECONDS",
    ),
    Key(
        "preload_statements", "operation.preload", values.number(0, MOST_PRELOADED),
        "Read so many statements of pg_stat_statements at the start.", "N", lasting=True,
    ),
    Key(
        "mode", "enforcement.mode", values.word(Mode),
        "Refuse, or only record.", "enforce|observe", choices=("enforce", "observe"),
    ),
    Key(
        "strict_parsers", "enforcement.strict_parsers", values.flag,
        "Refuse what only PostgreSQL's grammar can read.", group=_LICENSES, lasting=True,
    ),
    Key(
        "trusted_functions", "enforcement.trusted_functions", values.functions,
        "A function known as harmless: schema.name or schema.name(types).", "NAME", many=True,
        group=_LICENSES,
    ),
    Key(
        "unread", "enforcement.unread", values.word(Unread),
        "Code that is not read: runs watched, or does not run for who lacks a license.",
        "watch|refuse", choices=("watch", "refuse"), group=_LICENSES,
    ),
    Key(
        "customer", "customer", values.text,
        "Accept only licenses for this customer.", "ID", group=_LICENSES,
    ),
    Key(
        "impersonators", "identity.impersonators", values.roles,
        "A role that logs in for many people and names each by pgtoll.user.", "ROLE", many=True,
        group=_LICENSES, aliases=("--impersonator",),
    ),
    Key(
        "tls", "tls.clients", values.demand,
        "Whether clients may, or have to, use TLS.", "off|allow|require",
        choices=_DEMAND, group=_TLS,
    ),
    Key(
        "tls_cert", "tls.certificate", values.pem,
        "The proxy's certificate for clients, and its issuers'.", "FILE", group=_TLS,
    ),
    Key(
        "tls_key", "tls.key", values.pem,
        "Its private key, if not in the same file.", "FILE", group=_TLS,
    ),
    Key(
        "tls_ca", "tls.ca", values.pem,
        "Whose certificates of clients count.", "FILE", group=_TLS,
    ),
    Key(
        "tls_crl", "tls.crl", values.pem,
        "Those certificates of clients that were revoked.", "FILE", group=_TLS,
    ),
    Key(
        "tls_client_certs", "tls.client_certificates", values.demand,
        "Whether clients may, or have to, show a certificate.", "off|allow|require",
        choices=_DEMAND, group=_TLS,
    ),
    Key(
        "tls_min_version", "tls.minimum", values.tls_version,
        "The oldest version of TLS that is spoken.", "TLSv1.2|TLSv1.3",
        choices=values.TLS_VERSIONS, group=_TLS,
    ),
    Key(
        "auth", "login.auth", values.auth,
        "Who checks passwords: the server, pgtoll, or certificates do.", "relay|scram|cert",
        choices=("relay", "scram", "cert"),
    ),
    Key(
        "auth_query", "login.query", values.auth_query,
        "SQL that returns the name and the secret of user $1, instead of pg_authid.", "SQL",
    ),
    Key(
        "console", "console.listen", values.listen,
        "Where browsers reach the License manager.", "HOST:PORT", group=_MANAGER, lasting=True,
    ),
    Key(
        "console_hosts", "console.hosts", values.hosts,
        "A name that browsers may use for it.", "NAME", many=True, group=_MANAGER,
    ),
    Key(
        "console_forwarders", "console.forwarders", values.networks,
        "A proxy in front of it, whose X-Forwarded-* count.", "NET", many=True, group=_MANAGER,
    ),
    Key(
        "operation_tokens", "console.operation_tokens", values.tokens,
        "A front end's, which asks about operations.", "TOKEN", many=True, group=_MANAGER,
    ),
    Key(
        "cors_origins", "console.cors_origins", values.origins,
        "Whose pages in browsers may ask so.", "ORIGIN", many=True, group=_MANAGER,
    ),
    Key(
        "metrics", "operation.metrics", values.listen,
        "Where /metrics, /healthz and /readyz are.", "HOST:PORT", group=_WATCHING, lasting=True,
    ),
    Key(
        "log_level", "logging.level", values.level,
        "The least that is logged.", "LEVEL", choices=values.LEVELS, group=_WATCHING,
    ),
    Key(
        "log_format", "logging.format", values.word(LogFormat),
        "Lines of text, or of JSON.", "text|json", choices=("text", "json"), group=_WATCHING,
    ),
    Key(
        "log_sql", "logging.sql", values.word(LogSql),
        "What the log shows of a refused statement.", "off|normalized|full",
        choices=("off", "normalized", "full"), group=_WATCHING,
    ),
    Key(
        "record_sql", "logging.record", values.word(LogSql),
        "What the records of the audit keep of it.",
        "off|normalized|full", choices=("off", "normalized", "full"), group=_WATCHING,
    ),
    Key(
        "audit", "audit.targets", targets.targets,
        "Where records of refusals and changes go: postgres, file:PATH, syslog:.", "TARGET",
        many=True, group=_WATCHING,
    ),
    Key(
        "audit_days", "audit.days", values.audit_days,
        "How long the store keeps what was refused, and events; 0 for ever.", "DAYS",
        group=_WATCHING,
    ),
    Key(
        "audit_file_size", "audit.file_size", values.file_size,
        "Begin another file when one has so many bytes; 0 for never.", "SIZE", group=_WATCHING,
    ),
    Key(
        "audit_files", "audit.files", values.number(1, MOST_FILES),
        "How many full ones are kept.", "N", group=_WATCHING,
    ),
    Key(
        "audit_facility", "audit.facility", targets.facility,
        "The facility of records sent to syslog.", "NAME", choices=targets.FACILITIES,
        group=_WATCHING,
    ),
    Key(
        "audit_ca", "audit.ca", values.pem,
        "Whose certificates of a syslog server count, if not the system's.", "FILE",
        group=_WATCHING,
    ),
    Key(
        "traces", "tracing.endpoint", targets.collector,
        "Send traces of statements there, as OpenTelemetry has them (OTLP).", "URL",
        group=_WATCHING,
    ),
    Key(
        "trace_sample", "tracing.sample", values.share,
        "The share of sessions that are traced.", "SHARE", group=_WATCHING,
    ),
    Key(
        "trace_sql", "tracing.sql", values.word(LogSql),
        "What a trace shows of a statement.", "off|normalized|full",
        choices=("off", "normalized", "full"), group=_WATCHING,
    ),
    Key(
        "admins", "admin.admins", values.roles,
        "A role that may do everything on the console psql -d pgtoll.", "ROLE", many=True,
        group=_ADMIN,
    ),
    Key(
        "stats_users", "admin.stats_users", values.roles,
        "A role that may look there, and do nothing.", "ROLE", many=True, group=_ADMIN,
    ),
    Key(
        "admin_database", "admin.database", values.text,
        "The name of that console, if not pgtoll.", "NAME", group=_ADMIN,
    ),
)  # fmt: skip

KEYS = {key.name: key for key in _ALL}
