"""The licensing engine: signed files and SQL in, verdicts out. No I/O; usable on its own."""
