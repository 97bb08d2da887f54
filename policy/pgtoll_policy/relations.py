"""What one relation's name stands for: everything that is read or changed where it is named."""

from dataclasses import dataclass

NO_OIDS: frozenset[int] = frozenset()
NO_PRODUCTS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of the database, closed over views, rules, inheritance and pins."""

    oid: int
    schema: str
    name: str
    kind: str = "r"  # as pg_class.relkind has it
    reads: frozenset[int] = NO_OIDS  # what it stands for, read or written: itself, a view's tables,
    # the tables it inherits from and those that inherit from it
    touches: frozenset[int] = NO_OIDS  # what a change of it may touch besides: foreign keys
    opaque_read: str = ""  # why reading it may run code that cannot be read
    opaque_write: str = ""  # why changing it may
    products: frozenset[str] = NO_PRODUCTS  # by its pins; none: by its name
    unwatchable: str = ""  # why no check of ours sees what reading it touches
    temporary: bool = False
    spreads: bool = False  # whether an UPDATE or DELETE of it may insert rows somewhere
