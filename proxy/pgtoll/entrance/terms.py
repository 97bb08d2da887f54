"""What a new client meets: made of the configuration as a whole, replaced as a whole."""

from dataclasses import dataclass, field
from datetime import datetime

from pgtoll.config import Config, Limits
from pgtoll.entrance.origins import Balancers
from pgtoll.tls import ClientTls, load_client_tls


@dataclass(frozen=True, slots=True)
class Terms:
    """Read once for each client; sessions keep what they began with."""

    tls: ClientTls = ClientTls()  # noqa: RUF009 (it is frozen)
    limits: Limits = Limits()  # noqa: RUF009
    balancers: Balancers = field(default_factory=Balancers)
    drain_timeout: float = 10.0  # seconds for transactions when the program is told to stop


def terms_of(config: Config, now: datetime) -> Terms:
    """Return the terms of a configuration, whose files are read. Raises ConfigError."""
    return Terms(
        load_client_tls(config.tls, now),
        config.limits,
        Balancers(config.balancers),
        config.operation.drain_timeout,
    )
