"""SQL text -> the facts of its statements. PostgreSQL's own grammar is the authority."""

from pgtoll_policy.facts import Act, Name, Script, Statement

__all__ = ["Act", "Name", "Script", "Statement"]
