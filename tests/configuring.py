"""Settings written down and read back, for the tests of the configuration."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pgtoll.config import load_config
from pgtoll.errors import ConfigError

DSN = "postgresql://postgres@127.0.0.1:5432/crm"


def public_pem() -> bytes:
    key = Ed25519PrivateKey.generate().public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def refused(options: dict[str, object] | None = None, **arguments: object) -> str:
    """Return the one line that these settings are refused with."""
    with pytest.raises(ConfigError) as caught:
        load_config(options, **({"environment": {}} | arguments))  # type: ignore[arg-type]
    message = str(caught.value)
    assert "\n" not in message
    return message
