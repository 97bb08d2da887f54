"""The tree of reasons why a license file cannot be used."""

import pytest

from pgtoll_policy import errors


@pytest.mark.parametrize(
    "name", ["BadKey", "BadEnvelope", "BadSignature", "BadDocument", "Rollback", "Conflict"]
)
def test_every_reason_is_a_license_error(name: str) -> None:
    assert issubclass(getattr(errors, name), errors.LicenseError)
