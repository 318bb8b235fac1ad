/** The part of session_metrics.py that judges the figures. */
export const PYTHON_CHECK = String.raw`
Report = namedtuple("Report", "reading rates alerts checked engine")


def judge(reading, rates):
    """Where each alert rule stands now."""
    used = reading.value("django_session_connections_used")
    most = reading.value("django_session_connections_max")
    values = {
        "table-size": reading.value("django_session_table_size_bytes"),
        "connections-exhausted": used / most if used is not None and most else None,
        "expired-sessions": reading.value("django_session_expired"),
    }
    if rates:
        values["saves-per-minute"] = rates["savesPerMinute"]
    alerts = []
    for rule in RULES:
        alert = {
            "rule": rule.id,
            "severity": rule.severity,
            "title": rule.title,
            "advice": rule.advice,
            "threshold": rule.threshold,
            "unit": rule.unit,
            "value": values.get(rule.id),
        }
        value = alert["value"]
        if rule.id not in values:
            alert.update(status="not judged", reason=rule.otherwise)
        elif value is None:
            alert.update(status="unknown", reason="its value is not known")
        elif value > rule.threshold or (rule.reached and value == rule.threshold):
            alert["status"] = "fires"
        else:
            alert["status"] = "ok"
        alerts.append(alert)
    return alerts
`.trimStart();
