"""PostgreSQL's protocol as bytes. No I/O."""
