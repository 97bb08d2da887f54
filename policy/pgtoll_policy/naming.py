"""Which products a relation belongs to by its name: an index made once, asked for every name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pgtoll_policy.documents import BASE, Product
from pgtoll_policy.objects import ObjectPattern, fold, parse_object

_NOBODY: frozenset[str] = frozenset()
_BASE = frozenset({BASE})

_KEPT = 50_000  # answers; names that no relation has are asked about too

Claim = tuple[ObjectPattern, str]  # a line of a product's index, and the product's code


@dataclass(frozen=True, slots=True)
class Naming:
    """The lines of all products' indexes, found by what a name is or begins with."""

    exact: Mapping[str, tuple[Claim, ...]]  # by name
    wild: Mapping[str, tuple[Claim, ...]]  # by what stands before the first wildcard
    lengths: tuple[int, ...]  # of the keys of `wild`
    _answers: dict[tuple[str, str], frozenset[str]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def products_of(self, schema: str, name: str) -> frozenset[str]:
        """Return the products that name a relation: base when none does, none for the system's.

        Names are the server's own; a schema of "" stands for any.
        """
        answer = self._answers.get((schema, name))
        if answer is None:
            answer = self._products_of(schema, name)
            if len(self._answers) < _KEPT:
                self._answers[schema, name] = answer
        return answer

    def _products_of(self, schema: str, name: str) -> frozenset[str]:
        if is_system_schema(schema):
            return _NOBODY
        schema, name = fold(schema), fold(name)
        claims = [*self.exact.get(name, ())]
        for length in self.lengths:
            claims += self.wild.get(name[:length], ())
        return frozenset(code for one, code in claims if one.matches(schema, name)) or _BASE


def is_system_schema(schema: str) -> bool:
    """Tell whether a schema is PostgreSQL's or ours; names are compared as the server does.

    PostgreSQL reserves the prefix pg_, which its temporary and TOAST schemas have too.
    """
    return schema.startswith("pg_") or schema in ("information_schema", "pgtoll")


def index_objects(products: Iterable[Product]) -> Naming:
    """Return the index over the objects of all products but base, which owns the rest."""
    exact: dict[str, list[Claim]] = {}
    wild: dict[str, list[Claim]] = {}
    for product in products:
        for pattern in map(parse_object, () if product.code == BASE else product.objects):
            head = pattern.name.partition("*")[0]
            index = exact if pattern.exact else wild
            index.setdefault(head, []).append((pattern, product.code))
    lengths = tuple(sorted({len(head) for head in wild}))
    return Naming(_frozen(exact), _frozen(wild), lengths)


def _frozen(index: Mapping[str, list[Claim]]) -> Mapping[str, tuple[Claim, ...]]:
    return {key: tuple(claims) for key, claims in index.items()}
