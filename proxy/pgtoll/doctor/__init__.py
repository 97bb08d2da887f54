"""Whether PostgreSQL can be reached around the proxy, and whether what pgtoll stands on is firm."""
