"""PostgreSQL's catalog as the policy needs it: read, and known to be still what it was."""
