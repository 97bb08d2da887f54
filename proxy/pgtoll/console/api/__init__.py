"""The console's HTTP API: every action of a page is a call that programs can make as well.

A call is declared once; its endpoint, the OpenAPI document and the page for people are made from
that declaration.
"""
