"""A body has the form of a script on its way from the process that read it."""

from pgtoll_policy.bodies import read_body
from pgtoll_policy.body import Body, BodyText, as_script, from_script
from pgtoll_policy.facts import Script

BODY = "DECLARE n int := first(); BEGIN INSERT INTO log SELECT a ### b FROM s.note; END"


def plpgsql(text: str) -> Body:
    return read_body(BodyText("plpgsql", text))


def test_a_body_survives_the_form_of_a_script() -> None:
    for body in (plpgsql(BODY), Body()):
        assert from_script(as_script(body)) == body
    assert from_script(as_script(Body(opaque="x"))) == Body(opaque="x")
    assert from_script(Script(())).opaque == "it cannot be read"


def test_a_body_says_whether_it_may_catch_errors() -> None:
    assert plpgsql("BEGIN NULL; EXCEPTION WHEN others THEN NULL; END").catches
    assert not plpgsql("BEGIN NULL; END").catches
