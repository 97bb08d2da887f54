"""Which of PostgreSQL's own relations are proven to show no values of anyone's tables.

An allow-list over pg_catalog of PostgreSQL 15 to 18: definitions, counters, settings, locks. It
leaves out statistics made from values (pg_stats ...), other sessions' statements
(pg_stat_activity), large objects, and what a newer server may add. All of information_schema shows
definitions only.
"""

from typing import NamedTuple

_DEFINITIONS = """
pg_aggregate pg_am pg_amop pg_amproc pg_attrdef pg_attribute pg_auth_members pg_authid
pg_available_extension_versions pg_available_extensions pg_cast pg_class pg_collation pg_constraint
pg_conversion pg_database pg_db_role_setting pg_default_acl pg_depend pg_description pg_enum
pg_event_trigger pg_extension pg_foreign_data_wrapper pg_foreign_server pg_foreign_table pg_group
pg_index pg_indexes pg_inherits pg_init_privs pg_language pg_largeobject_metadata pg_matviews
pg_namespace pg_opclass pg_operator pg_opfamily pg_parameter_acl pg_partitioned_table pg_policies
pg_policy pg_proc pg_publication pg_publication_namespace pg_publication_rel pg_publication_tables
pg_range pg_replication_origin pg_rewrite pg_roles pg_rules pg_seclabel pg_seclabels pg_sequence
pg_shadow pg_shdepend pg_shdescription pg_shseclabel pg_statistic_ext pg_subscription
pg_subscription_rel pg_tables pg_tablespace pg_transform pg_trigger pg_ts_config pg_ts_config_map
pg_ts_dict pg_ts_parser pg_ts_template pg_type pg_user pg_user_mapping pg_user_mappings pg_views
"""
_SERVER = """
pg_aios pg_config pg_cursors pg_file_settings pg_hba_file_rules
pg_ident_file_mappings pg_locks pg_prepared_statements pg_prepared_xacts
pg_replication_origin_status pg_replication_slots pg_settings pg_shmem_allocations
pg_shmem_allocations_numa pg_timezone_abbrevs pg_timezone_names pg_wait_events
"""
_COUNTERS = """
pg_stat_all_indexes pg_stat_all_tables pg_stat_archiver pg_stat_bgwriter pg_stat_checkpointer
pg_stat_database pg_stat_database_conflicts pg_stat_gssapi pg_stat_io pg_stat_progress_analyze
pg_stat_progress_basebackup pg_stat_progress_cluster pg_stat_progress_copy
pg_stat_progress_create_index pg_stat_progress_vacuum pg_stat_recovery_prefetch
pg_stat_replication pg_stat_replication_slots pg_stat_slru pg_stat_ssl pg_stat_subscription
pg_stat_subscription_stats pg_stat_sys_indexes pg_stat_sys_tables pg_stat_user_functions
pg_stat_user_indexes pg_stat_user_tables pg_stat_wal pg_stat_wal_receiver pg_stat_xact_all_tables
pg_stat_xact_sys_tables pg_stat_xact_user_functions pg_stat_xact_user_tables
pg_statio_all_indexes pg_statio_all_sequences pg_statio_all_tables pg_statio_sys_indexes
pg_statio_sys_sequences pg_statio_sys_tables pg_statio_user_indexes pg_statio_user_sequences
pg_statio_user_tables
"""

HARMLESS_RELATIONS = frozenset([*_DEFINITIONS.split(), *_SERVER.split(), *_COUNTERS.split()])

# It asks every sequence for its last value, and the account shows which.
ASKS_SEQUENCES = "pg_sequences"

# It shows a role what its own sessions run, and to some what all do.
ACTIVITY = "pg_stat_activity"

# They show values of tables, other sessions' statements, or texts that functions have made, without
# touching those tables.
VALUE_HOLDERS = frozenset(
    [
        "pg_backend_memory_contexts",
        "pg_largeobject",
        ACTIVITY,
        "pg_stat_statements",
        "pg_statistic",
        "pg_statistic_ext_data",
        "pg_stats",
        "pg_stats_ext",
        "pg_stats_ext_exprs",
    ]
)


class Columns(NamedTuple):
    """The columns of a relation that holds values."""

    harmless: frozenset[str]
    values: frozenset[str]  # of tables, or other sessions' statements


def _columns(harmless: str, values: str) -> Columns:
    return Columns(frozenset(harmless.split()), frozenset(values.split()))


# What monitors ask of such relations, and what is not for them, in PostgreSQL 15 to 18.
COLUMNS: dict[str, Columns] = {
    ACTIVITY: _columns(
        """
        datid datname pid leader_pid usesysid usename application_name client_addr client_hostname
        client_port backend_start xact_start query_start state_change wait_event_type wait_event
        state backend_xid backend_xmin query_id backend_type
        """,
        "query",
    ),
    "pg_backend_memory_contexts": _columns(
        """
        name type level path parent total_bytes total_nblocks free_bytes free_chunks used_bytes
        """,
        "ident",
    ),
    "pg_stats": _columns(
        "schemaname tablename attname inherited null_frac avg_width n_distinct correlation",
        """
        most_common_vals most_common_freqs histogram_bounds most_common_elems
        most_common_elem_freqs elem_count_histogram range_length_histogram range_empty_frac
        range_bounds_histogram
        """,
    ),
    "pg_stats_ext": _columns(
        """
        schemaname tablename statistics_schemaname statistics_name statistics_owner attnames exprs
        kinds inherited n_distinct dependencies
        """,
        "most_common_vals most_common_val_nulls most_common_freqs most_common_base_freqs",
    ),
}
