"""What schema pgtoll is when nobody has touched it, as the doctor compares it: pgtoll.reference."""

from pgtoll.reference import Function, Reference

__all__ = ["Function", "Reference"]
