"""Whether a user lacks nothing, asked with everything that a client sends."""


class Clearance:
    """Who knows it. Compiled, it is asked past Python."""

    @property
    def clear(self) -> bool:
        """Whether nothing is refused and nothing capped, by what is in force now."""
        return self.cleared()

    def cleared(self) -> bool:
        """The same, for C to call."""
        raise NotImplementedError
