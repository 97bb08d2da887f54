"""Every setting of the program, from an option, the environment or a TOML file, or by default.

Nothing else reads the environment or the configuration file. What comes out is one frozen value.
"""

from pgtoll.config.files import KEY_LIMIT, read_limited, read_passphrase, read_pem
from pgtoll.config.keys import KEYS
from pgtoll.config.loading import CONFIG_LIMIT, load_config
from pgtoll.config.reloading import Merged, merged
from pgtoll.config.settings import (
    Admin,
    Auth,
    Config,
    Console,
    Demand,
    Enforcement,
    Identity,
    Limits,
    Listen,
    LocalSockets,
    LogFormat,
    Logging,
    Login,
    LogSql,
    Mode,
    Operation,
    Pem,
    Server,
    Store,
    Tls,
    Trust,
    Unread,
)

__all__ = [
    "CONFIG_LIMIT",
    "KEYS",
    "KEY_LIMIT",
    "Admin",
    "Auth",
    "Config",
    "Console",
    "Demand",
    "Enforcement",
    "Identity",
    "Limits",
    "Listen",
    "LocalSockets",
    "LogFormat",
    "LogSql",
    "Logging",
    "Login",
    "Merged",
    "Mode",
    "Operation",
    "Pem",
    "Server",
    "Store",
    "Tls",
    "Trust",
    "Unread",
    "load_config",
    "merged",
    "read_limited",
    "read_passphrase",
    "read_pem",
]
