"""The settings that what is in force is made by, apart from all that only serving needs."""

from dataclasses import dataclass

from pgtoll.config import Config
from pgtoll.engine.ways import Ways
from pgtoll_policy.keys import TrustedKeys


@dataclass(frozen=True, slots=True)
class Grounds:
    """The settings that the policy and the catalog in force are made by."""

    keys: TrustedKeys
    revocations: tuple[bytes, ...]
    customer: str | None
    impersonators: tuple[str, ...]
    trusted: tuple[str, ...]  # functions
    strict: bool  # a function whose body is not read yet does not run for who lacks something

    @classmethod
    def of(cls, config: Config, ways: Ways) -> "Grounds":
        return cls(
            config.trust.keys(),
            config.trust.revocations,
            config.customer,
            config.identity.impersonators,
            config.enforcement.trusted_functions,
            ways.strict(config.enforcement.refuses_unread),
        )
