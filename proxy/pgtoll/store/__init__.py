"""Schema pgtoll in PostgreSQL, the only state there is, and who hears of changes."""
