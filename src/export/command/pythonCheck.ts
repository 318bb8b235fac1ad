/** The part of session_metrics.py that judges the figures. */
export const PYTHON_CHECK = String.raw`
Report = namedtuple("Report", "reading rates alerts checked engine")


def judged_value(rule, reading, rates):
    if rule.kind == "value":
        return reading.value(rule.of[0])
    if rule.kind == "rate":
        return rates.get(rule.of[0])
    if rule.kind == "ratio":
        part, whole = (reading.value(metric) for metric in rule.of)
        return part / whole if part is not None and whole else None
    return None


def judge(reading, rates):
    """Where each alert rule stands now."""
    alerts = []
    for rule in RULES:
        alert = {
            "rule": rule.id,
            "severity": rule.severity,
            "title": rule.title,
            "advice": rule.advice,
            "threshold": rule.threshold,
            "unit": rule.unit,
            "value": judged_value(rule, reading, rates),
        }
        value = alert["value"]
        if rule.kind == "none" or (rule.kind == "rate" and not rates):
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
