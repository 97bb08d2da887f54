"""The list of PostgreSQL's own relations."""

from pgtoll_policy.system_relations import ASKS_SEQUENCES, HARMLESS_RELATIONS, VALUE_HOLDERS


def test_what_holds_values_is_not_harmless() -> None:
    assert HARMLESS_RELATIONS.isdisjoint(VALUE_HOLDERS)
    assert ASKS_SEQUENCES not in HARMLESS_RELATIONS


def test_what_tools_ask_is_harmless() -> None:
    asked = {"pg_class", "pg_attribute", "pg_type", "pg_proc", "pg_settings", "pg_locks"}
    assert asked <= HARMLESS_RELATIONS
