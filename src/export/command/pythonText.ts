/** The part of session_metrics.py that writes for Prometheus and for people. */
export const PYTHON_TEXT = String.raw`
def as_prometheus(report):
    """Prometheus exposition format 0.0.4."""

    def escaped(text):
        return text.replace("\\", "\\\\").replace("\n", "\\n")

    written = OrderedDict()
    for query, column, labels, value in report.reading.samples():
        name = query.prefix + "_" + column.name
        if name not in written:
            written[name] = [
                "# HELP %s %s." % (name, escaped(column.what)),
                "# TYPE %s %s" % (name, column.kind),
            ]
        pairs = ",".join(
            '%s="%s"' % (key, escaped(text).replace('"', '\\"')) for key, text in labels
        )
        written[name].append("%s{%s} %s" % (name, pairs, repr(value)))
    return "".join(line + "\n" for lines in written.values() for line in lines)


def as_text(report):
    """For people."""
    facts = report.reading.facts
    lines = [
        "%s in %s, %s, as %s%s"
        % (
            facts["qualified_name"],
            facts["database"],
            facts["server"],
            facts["user"],
            ", on a standby" if facts["in_recovery"] else "",
        )
    ]
    titled = None
    for query, column, labels, value in report.reading.samples():
        if query is not titled:
            lines += ["", query.title]
            titled = query
        state = [text for key, text in labels if key == "state"]
        what = ": ".join([column.label] + state)
        lines.append("  %-62s %s" % (what, in_words(value, column)))
    if report.rates:
        lines += ["", "Rates"]
        for rate in RATES:
            value = report.rates[rate.metric]
            said = "unknown" if value is None else in_unit(value, rate.unit)
            lines.append("  %-62s %s" % (rate.label, said))
    if report.checked:
        lines += ["", "Alerts"]
        for alert in report.alerts:
            said = alert.get("reason") or "%s, threshold %s" % (
                in_unit(alert["value"], alert["unit"]),
                in_unit(alert["threshold"], alert["unit"]),
            )
            lines.append("  %-12s %s: %s" % (alert["status"], alert["title"], said))
            if alert["status"] == "fires":
                lines.append("  %-12s %s" % ("", alert["advice"]))
    cost = (
        "%d statements, %.1f ms on the server"
        % (report.reading.statements, report.reading.server_ms)
    )
    return "\n".join(lines + ["", cost]) + "\n"


DURATIONS = ((172800, 86400, "days"), (7200, 3600, "h"), (120, 60, "min"))


EVERY = {
    "perMinute": " a minute",
    "perSecond": " a second",
    "bytesPerMinute": " a minute",
}


def in_words(value, column):
    if column.name.endswith("_timestamp_seconds"):
        return as_time(value)
    return in_unit(value, column.unit)


def in_unit(value, unit):
    if unit in ("bytes", "bytesPerMinute"):
        units = ["B", "kB", "MB", "GB", "TB", "PB"]
        while abs(value) >= 1023.5 and len(units) > 1:
            value /= 1024
            units.pop(0)
        digits = 0 if units[0] == "B" or value >= 9.95 else 1
        return "%.*f %s%s" % (digits, value, units[0], EVERY.get(unit, ""))
    if unit == "seconds":
        for least, length, word in DURATIONS:
            if value >= least:
                return "%d %s" % (value // length, word)
        return "%.1f s" % value
    if unit == "share":
        return "%.1f %%" % (value * 100)
    number = "%.3g" % value if value < 100 else format(int(round(value)), ",")
    return number + EVERY.get(unit, "")


FORMATS = {"text": as_text, "json": as_json, "prometheus": as_prometheus}
`.trimStart();
