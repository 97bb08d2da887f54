"""What is used is what is granted and not idle."""

from figured import TODAY, figures, product


def test_used_and_spare_follow_from_the_rest() -> None:
    one = product(granted=8, idle=3)
    assert (one.used, one.spare) == (5, 2)
    assert product(granted=12).spare == 0
    assert figures().today == TODAY
