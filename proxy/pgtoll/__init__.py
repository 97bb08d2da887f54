"""The proxy: a PostgreSQL connection in, the same connection out, minus what is not licensed."""

from pgtoll import compiled

compiled.switch_on()
