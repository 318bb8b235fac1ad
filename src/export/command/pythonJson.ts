/** The part of session_metrics.py that writes the JSON: SessionMetrics with times as ISO 8601, which parseMetrics reads. */
export const PYTHON_JSON = String.raw`
def as_time(seconds):
    """Seconds since 1970 as ISO 8601; None stays None."""
    if seconds is None:
        return None
    try:
        moment = datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, ValueError, OSError):
        moment = datetime(1, 1, 1, tzinfo=timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_json(report):
    """One line, which the extension reads as well."""
    reading, facts = report.reading, report.reading.facts
    standby, whole = facts["in_recovery"], facts["whole"]
    counted = "exact" if whole else "estimated"

    def unknown(reason, advice=None):
        figure = {"how": "unknown", "reason": reason}
        return dict(figure, next=advice) if advice else figure

    def why(metric):
        if standby and metric.startswith("django_session_table_"):
            return unknown(
                "A standby keeps no counters of its own for what is changed and "
                "vacuumed on the primary.",
                "Let the command read the primary.",
            )
        if metric.startswith("django_session_connections_"):
            return unknown(
                "%s may not see the state of all connections." % facts["user"],
                "Let a superuser run: GRANT pg_monitor TO %s;" % facts["user"],
            )
        return unknown(
            "The database does not tell it at present: statistics, or an index that "
            "leads with expire_date, are missing, or its rows have just been deleted.",
            "Run VACUUM (ANALYZE) on the table, and see to the index.",
        )

    def figure(metric, how="exact", change=None, note=None):
        value = reading.value(metric)
        if value is None:
            return why(metric)
        known = {"how": how, "value": change(value) if change else value}
        return dict(known, note=note) if note else known

    def last(metric):
        if standby:
            return why(metric)
        return {"how": "exact", "value": as_time(reading.value(metric))}

    def oldest(age):
        return as_time(facts["began"] - age) if age > 0 else None

    expired = reading.value("django_session_expired")
    if expired is not None and (whole or expired < COUNT_TO):
        how_expired = "exact"
    else:
        how_expired = "atLeast" if facts["relkind"] == "p" else "estimated"
    sampled = None if whole else "from a sample of its pages"

    def counter(metric):
        value = reading.value(metric)
        return 0 if value is None else value

    document = {
        "format": FORMAT,
        "version": VERSION,
        "engine": report.engine,
        "cookieAgeSeconds": settings.SESSION_COOKIE_AGE,
        "at": as_time(time.time()),
        "serverTime": as_time(facts["server_time"]),
        "server": {
            "version": facts["version"],
            "database": facts["database"],
            "user": facts["user"],
            "startedAt": as_time(facts["started_at"]),
            "inRecovery": standby,
        },
        "sessions": {
            "total": figure("django_session_rows", counted, note=sampled),
            "active": figure("django_session_active", counted, note=sampled),
            "expired": figure("django_session_expired", how_expired),
            "oldestExpired": figure(
                "django_session_oldest_expired_age_seconds", change=oldest
            ),
            "savedLastHour": figure(
                "django_session_saved_last_hour", "estimated", note=sampled
            ),
        },
        "table": {
            "qualifiedName": facts["qualified_name"],
            "heapBytes": figure("django_session_table_heap_bytes"),
            "indexBytes": figure("django_session_table_index_bytes"),
            "toastBytes": figure("django_session_table_toast_bytes"),
            "totalBytes": figure("django_session_table_size_bytes"),
            "reusableBytes": figure(
                "django_session_heap_reusable_bytes", "estimated", note=sampled
            ),
            "deadTuples": figure("django_session_table_dead_tuples", "estimated"),
            "lastVacuum": last("django_session_table_last_vacuum_timestamp_seconds"),
            "lastAutovacuum": last(
                "django_session_table_last_autovacuum_timestamp_seconds"
            ),
            "lastAnalyze": last("django_session_table_last_analyze_timestamp_seconds"),
            "expireIndex": reading.value("django_session_table_expire_index") == 1,
        },
        "counters": {
            "inserted": counter("django_session_table_inserted_total"),
            "updated": counter("django_session_table_updated_total"),
            "hotUpdated": counter("django_session_table_hot_updated_total"),
            "deleted": counter("django_session_table_deleted_total"),
            "sequentialScans": facts["sequential_scans"],
            "indexScans": facts["index_scans"],
        },
        "connections": {
            "byState": {
                row["state"]: row["connections"]
                for row in reading.rows["connectionStates"]
                if row["connections"]
            },
            "total": figure("django_session_connections_to_database"),
            "waiting": figure("django_session_connections_waiting"),
            "longestTransactionSeconds": figure(
                "django_session_connections_longest_transaction_seconds"
            ),
            "used": figure("django_session_connections_used"),
            "max": figure("django_session_connections_max"),
        },
        "database": {
            "commits": counter("django_session_database_commits_total"),
            "rollbacks": counter("django_session_database_rollbacks_total"),
            "blocksHit": counter("django_session_database_blocks_hit_total"),
            "blocksRead": counter("django_session_database_blocks_read_total"),
            "tempFiles": counter("django_session_database_temp_files_total"),
            "tempBytes": counter("django_session_database_temp_bytes_total"),
            "resetAt": as_time(
                reading.value("django_session_database_stats_reset_timestamp_seconds")
            ),
        },
        "cost": {
            "statements": reading.statements,
            "serverMs": reading.server_ms,
            "roundTripMs": reading.round_trip_ms,
        },
    }
    if report.rates:
        document["rates"] = report.rates
    if report.checked:
        document["alerts"] = report.alerts
    return json.dumps(document, sort_keys=False) + "\n"
`.trimStart();
