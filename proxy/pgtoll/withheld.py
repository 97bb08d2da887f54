"""What may pass of an error whose text is withheld, because it might show data."""

# A watched statement's error keeps its SQLSTATE if applications act on it; its text never passes.
KEPT_STATES = {
    "0A000": "cached plan must not change result type",
    "25P02": "current transaction is aborted, commands ignored until end of transaction block",
    "26000": "prepared statement does not exist",
    "34000": "portal does not exist",
    "40001": "could not serialize access",
    "40P01": "deadlock detected",
    "55P03": "could not obtain lock",
    "57014": "canceling statement",
}
