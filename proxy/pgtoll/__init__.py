"""The proxy: a PostgreSQL connection in, the same connection out, minus what is not licensed."""
