/**
 * The part of session_metrics.py that asks the database. What stands in it by name has to be in the query table; a test compares
 * them. Python 3.6 and later, Django 3.2 and later.
 */
export const PYTHON_READING = String.raw`
class NotReadable(Exception):
    """Why there are no figures, as a person is told."""


def session_model():
    """The model of the sessions, as SESSION_ENGINE has it."""
    engine = settings.SESSION_ENGINE
    try:
        store = import_module(engine).SessionStore
        model = store.get_model_class()
    except AttributeError:
        raise NotReadable(
            "SESSION_ENGINE is %s, which keeps no sessions in a database: "
            "there is no table to measure." % engine
        )
    except (ImportError, RuntimeError, ImproperlyConfigured) as error:
        raise NotReadable("SESSION_ENGINE %s can't be used: %s" % (engine, error))
    return model


def literal(text):
    """A text as SQL, whatever standard_conforming_strings is."""
    doubled = text.replace("'", "''")
    if "\\" in doubled:
        return "E'" + doubled.replace("\\", "\\\\") + "'"
    return "'" + doubled + "'"


def identifier(name):
    return '"' + name.replace('"', '""') + '"'


class Reading:
    """One reading: what each query has answered, and what that cost."""

    def __init__(self):
        self.facts = {}
        self.rows = {}
        self.statements = 0
        self.server_ms = 0.0
        self.round_trip_ms = 0.0

    def take(self, connection, table, timeout_ms):
        began = time.monotonic()
        # One transaction and SET LOCAL, so that it works behind a pooler, too.
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
                cursor.execute("SET LOCAL statement_timeout = %d" % timeout_ms)
                self._take(connection, cursor, table)
        self.round_trip_ms = (time.monotonic() - began) * 1000
        return self

    def _take(self, connection, cursor, table):
        self.facts = self._ask(cursor, FACTS_SQL.replace("'@table@'", literal(table)))[0]
        self._check(table)
        name = self.facts["relname"]
        qualified = identifier(self.facts["schemaname"]) + "." + identifier(name)
        places = (
            ("'\"@schema@\".\"@table@\"'", literal(qualified)),
            ("'@table@'", literal(name)),
            ('"@schema@"."@table@"', qualified),
        )
        # Functions that somebody made elsewhere are not called.
        cursor.execute("SET LOCAL search_path TO pg_catalog")
        for query in QUERIES:
            sql = query.sql
            for place, text in places:
                sql = sql.replace(place, text)
            if not query.optional:
                self.rows[query.id] = self._ask(cursor, sql)
                continue
            try:
                with transaction.atomic(using=connection.alias):
                    # What an extension brings is found by the path of the role.
                    cursor.execute("SET LOCAL search_path TO DEFAULT")
                    self.rows[query.id] = self._ask(cursor, sql)
            except DatabaseError:
                # Not every database can answer it; its figures are left out.
                self.rows[query.id] = []

    def _ask(self, cursor, sql):
        cursor.execute(TIMED_SQL.replace("@query@", sql))
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row)) for row in cursor.fetchall()]
        self.statements += 1
        self.server_ms += max([row.pop("server_ms") for row in rows] or [0.0])
        return rows

    def _check(self, table):
        facts = self.facts
        where = "The database %(database)s" % facts
        if facts["relkind"] is None:
            raise NotReadable(
                "%s has no table %s that user %s can find: run manage.py migrate, "
                "or name it with --table." % (where, table, facts["user"])
            )
        if facts["relkind"] not in ("r", "p"):
            raise NotReadable("%s is no table of its own." % table)
        if not facts["is_django"]:
            raise NotReadable("%s is not a session table of Django." % table)
        if not facts["may_read"]:
            raise NotReadable(
                "User %s may not read %s: let its owner run GRANT SELECT ON %s TO %s."
                % (facts["user"], table, table, identifier(facts["user"]))
            )

    def samples(self):
        """(query, column, labels, value) of all that is known."""
        for query in QUERIES:
            for row in self.rows[query.id]:
                labels = [
                    (column.name, row[column.name])
                    for column in query.columns
                    if column.kind == "label"
                ]
                for column in query.columns:
                    if column.kind != "label" and row[column.name] is not None:
                        yield query, column, labels, row[column.name]

    def value(self, metric):
        """A figure by the name of its metric; None: not known."""
        for query, column, _, value in self.samples():
            if query.prefix + "_" + column.name == metric:
                return value
        return None


def rates_between(first, second):
    """What RATES names, by the counters of two readings and the server's clock."""
    seconds = second.facts["server_time"] - first.facts["server_time"]
    rates = OrderedDict()
    for rate in RATES:
        pairs = [(first.value(metric), second.value(metric)) for metric in rate.of]
        if seconds <= 0 or any(a is None or b is None or b < a for a, b in pairs):
            rates[rate.metric] = None  # not visible, or the statistics were reset
        else:
            rates[rate.metric] = sum(b - a for a, b in pairs) / seconds * rate.seconds
    return rates
`.trimStart();
