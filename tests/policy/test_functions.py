"""The lists of PostgreSQL's own functions."""

import re

import pytest

from pgtoll_policy.functions import HARMLESS, RUNNERS, SEQUENCES, SETS, UNWATCHABLE
from pgtoll_policy.system_relations import HARMLESS_RELATIONS


def test_names_are_plain_words() -> None:
    """Lists of them are written as PostgreSQL's arrays, without quotes."""
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in HARMLESS | HARMLESS_RELATIONS)


def test_no_function_is_in_two_lists() -> None:
    lists = [HARMLESS, RUNNERS, SEQUENCES, frozenset({SETS}), frozenset(UNWATCHABLE)]
    assert len(frozenset().union(*lists)) == sum(map(len, lists))


@pytest.mark.parametrize(
    "name",
    [
        *("query_to_xml", "table_to_xml", "schema_to_xml", "database_to_xml", "cursor_to_xml"),
        *("ts_stat", "ts_rewrite", "set_config", "nextval", "setval", "lastval", "currval"),
        *(
            "pg_read_file",
            "pg_read_binary_file",
            "pg_ls_dir",
            "pg_stat_file",
            "lo_get",
            "lo_export",
        ),
        *("pg_stat_get_activity", "pg_mcv_list_items", "pg_logical_slot_get_changes"),
        *("pg_input_is_valid", "pg_stat_reset", "pg_stat_force_next_flush", "pg_reload_conf"),
        *("dblink", "crosstab", "int4in", "plpgsql_call_handler"),
    ],
)
def test_what_must_never_be_harmless(name: str) -> None:
    assert name not in HARMLESS


@pytest.mark.parametrize(
    "name",
    [
        *("abs", "coalesce", "lower", "count", "now", "to_char", "jsonb_agg", "row_number"),
        *("date_trunc", "generate_series", "regexp_replace", "unnest", "gen_random_uuid"),
        *("pg_get_viewdef", "has_table_privilege", "version", "current_setting", "hashtext"),
        *("pg_try_advisory_lock", "pg_sleep", "bernoulli", "like", "array_append"),
        *("cash_cmp", "ginarrayextract", "range_gist_penalty", "brin_minmax_union", "in_range"),
        *("int4_sum", "array_agg_transfn", "float8_accum", "text_larger"),
    ],
)
def test_what_applications_call_every_day(name: str) -> None:
    assert name in HARMLESS or name == "coalesce"  # which is no function
