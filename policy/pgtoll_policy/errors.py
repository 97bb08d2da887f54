"""Why a license file cannot be used. Whoever brought it is told; the documents in force stay."""


class LicenseError(Exception):
    """The license cannot be used. Its subclasses say why."""


class BadKey(LicenseError):
    """A key file does not hold one Ed25519 key that may be used."""


class BadEnvelope(LicenseError):
    """The file is not a signed file in its one byte form."""


class BadSignature(LicenseError):
    """No trusted key has signed these bytes."""


class BadDocument(LicenseError):
    """The content is signed, but says something that cannot be used."""


class Rollback(LicenseError):
    """A document of the same name with a newer serial, or this serial, is already held."""


class NotForUs(LicenseError):
    """The document is sound, but could never count here, or not at this time."""


class Conflict(LicenseError):
    """The document contradicts others that are held; the message names the elements."""
