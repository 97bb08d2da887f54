"""Where the audit and traces go, as people write it."""

from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from pgtoll.config.settings import AuditKind, Target
from pgtoll.config.values import Given, listed, text
from pgtoll.errors import ConfigError

# RFC 5426 and RFC 6587 name these ports, RFC 5425 that of TLS.
SYSLOG_PORTS = {"udp": 514, "tcp": 601, "tls": 6514}
SYSLOG_SOCKET = "/dev/log"
TRACES = "/v1/traces"  # the path that OTLP's specification has for them
# RFC 5424, table 1, by the names that syslog.conf has for them.
FACILITIES = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron"),
    *("authpriv", "ftp", "ntp", "security", "console", "clock"),
    *(f"local{number}" for number in range(8)),
)
_EXPECTED = "expected postgres, file:PATH, syslog: or syslog:udp://HOST:PORT (or tcp, tls)"


def targets(given: Given) -> tuple[Target, ...]:
    """Return the places of a list, or of a text that joins them with commas."""
    found = tuple(_target(replace(given, value=word)) for word in listed(given))
    if not found:
        raise ConfigError(f"{given.place}: {_EXPECTED}, found nothing")
    return tuple(dict.fromkeys(found))


def facility(given: Given) -> str:
    if given.value not in FACILITIES:
        names = ", ".join(FACILITIES[:12])
        raise ConfigError(
            f"{given.place}: expected {names} or local0 to local7, found {given.value!r}"
        )
    return str(given.value)


def collector(given: Given) -> str:
    """Read the URL that takes traces; OTLP's own path unless there is one."""
    try:
        url = urlsplit(text(given))
        good = url.scheme in ("http", "https") and url.hostname and url.port != 0
        good = good and url.username is None and str(given.value).isprintable()
    except ValueError:  # the port is no number, or the brackets do not close
        good = False
    if not good or " " in str(given.value) or not str(given.value).isascii():
        raise ConfigError(
            f"{given.place}: expected http://HOST:PORT or https://HOST:PORT, found {given.value!r}"
        )
    return urlunsplit(url._replace(path=url.path.rstrip("/") or TRACES, query="", fragment=""))


def _target(given: Given) -> Target:
    said = str(given.value)
    kind, colon, where = said.partition(":")
    if said == AuditKind.POSTGRES.value:
        return Target()
    if kind == AuditKind.FILE.value and where and "\0" not in where:
        return Target(AuditKind.FILE, path=str(given.folder.absolute() / where))
    if kind == AuditKind.SYSLOG.value and colon:
        return _syslog(given, where)
    raise ConfigError(f"{given.place}: {_EXPECTED}, found {said!r}")


def _syslog(given: Given, where: str) -> Target:
    if "://" not in where:
        path = str(given.folder.absolute() / where) if where else SYSLOG_SOCKET
        return Target(AuditKind.SYSLOG, path=path)
    try:
        url = urlsplit(where)
        port = url.port
    except ValueError as error:  # the port is no number, or the brackets do not close
        raise ConfigError(f"{given.place}: {_EXPECTED}, found {given.value!r}") from error
    more = url.username is not None or url.path.strip("/") or url.query or url.fragment
    if url.scheme not in SYSLOG_PORTS or not url.hostname or port == 0 or more:
        raise ConfigError(f"{given.place}: {_EXPECTED}, found {given.value!r}")
    chosen = port or SYSLOG_PORTS[url.scheme]
    return Target(AuditKind.SYSLOG, transport=url.scheme, host=url.hostname, port=chosen)
