"""Everybody at once: clients fill, churn and read, proxies are killed, a seat changes hands.

`test_proxy_cap_races` runs it for seconds, `make race` for minutes.
"""
