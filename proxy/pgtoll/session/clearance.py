"""Whether a user lacks nothing, asked with everything that a client sends."""


class Clearance:
    """Who knows it. Compiled, it is asked past Python."""

    def cleared(self) -> bool:
        """Whether nothing is refused and nothing capped, by what is in force now."""
        raise NotImplementedError
