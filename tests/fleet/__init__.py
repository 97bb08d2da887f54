"""A fleet on one machine, from real parts: HAProxy, three proxies, a primary and its standby.

Each has a network of its own. They are killed, paused, cut off and promoted under load, and what
must hold is looked at all the time: `make fleet-test`.
"""
