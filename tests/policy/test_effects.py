"""How effects add up."""

from pgtoll_policy.concerns import Concern
from pgtoll_policy.effects import NO_EFFECT, PARALLEL, Effect, combined, of_function, through
from pgtoll_policy.oids import NO_OIDS, Oids

ONE, TWO = Oids([16401]), Oids([99_001])

OPAQUE = Concern('function "public.f" runs code that is not read', function="public.f")
BUILTIN = Concern('function "lo_get" is called', "reaches large objects", inserts=False)


def test_nothing_adds_up_to_nothing() -> None:
    assert combined([]) == NO_EFFECT


def test_sets_are_united_and_the_gravest_concern_stays() -> None:
    both = combined([Effect(ONE, ONE, ONE, OPAQUE), Effect(TWO, NO_OIDS, TWO, BUILTIN)])
    assert (both.touches, both.fills, both.aside) == (ONE | TWO, ONE, ONE | TWO)
    assert both.concern == Concern(BUILTIN.opaque, BUILTIN.unwatchable, inserts=True)


def test_a_concern_through_something_keeps_the_rest() -> None:
    told = through(Effect(concern=OPAQUE), "a cast").concern
    assert told == Concern('a cast may run function "public.f"', function="public.f")
    told = through(Effect(concern=BUILTIN), 'type "t"').concern
    assert told is not None
    assert told.opaque == 'type "t" is used: function "lo_get" is called'
    assert through(Effect(ONE), "a cast") == Effect(ONE)


def test_what_is_in_a_function_can_be_trusted_by_its_name() -> None:
    told = of_function(Effect(concern=BUILTIN), "public.g", in_worker=False).concern
    assert told is not None
    assert told.opaque == 'in function "public.g": function "lo_get" is called'
    assert (told.function, told.unwatchable) == ("public.g", "reaches large objects")
    kept = of_function(Effect(concern=OPAQUE), "public.g", in_worker=False)
    assert kept.concern == OPAQUE


def test_what_a_worker_touches_is_out_of_sight() -> None:
    assert of_function(Effect(ONE, aside=TWO), "public.g", in_worker=True).aside == ONE | TWO
    assert of_function(Effect(ONE, aside=TWO), "public.g", in_worker=False).aside == TWO
    told = of_function(Effect(concern=OPAQUE), "public.g", in_worker=True).concern
    assert told is not None
    assert told.unwatchable == PARALLEL


def test_one_that_catches_errors_is_enough() -> None:
    assert combined([Effect(), Effect(catches=True)]).catches
    assert not combined([Effect(ONE)]).catches
    assert combined([Effect(), Effect(runs=True)]).runs
    assert of_function(Effect(catches=True), "public.g", in_worker=False).catches
