"""The PostgreSQL behind the proxy: which of several servers it is, and connections to it."""
