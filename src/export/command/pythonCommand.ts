/** The part of session_metrics.py that a person calls. */
export const PYTHON_COMMAND = String.raw`
class Command(BaseCommand):
    help = (
        "Prints what the session table does to its PostgreSQL database: sizes, "
        "counts, counters, connections. Reads only, at a cost that does not grow "
        "with the table. Exit codes: 0; with --check 1 when an alert fires; 2 for "
        "wrong arguments; 3 when the figures, or what a rule judges, can't be read."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--format",
            choices=sorted(FORMATS),
            default="text",
            help="text for people, one line of json, or Prometheus exposition format.",
        )
        parser.add_argument(
            "--database",
            metavar="ALIAS",
            help="Alias in DATABASES. Default: where the router reads sessions.",
        )
        parser.add_argument(
            "--table",
            help="The session table, schema.name or name. Default: that of the model "
            "of SESSION_ENGINE.",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="Judge the alert rules by what is so now, and end with exit code 1 "
            "when one fires. For how long it has been so is for the caller to know.",
        )
        parser.add_argument(
            "--interval",
            type=float,
            metavar="SECONDS",
            help="Read twice, so many seconds apart, and tell rates: saves a minute "
            "and others. Without it, counters are given as such.",
        )
        parser.add_argument(
            "--timeout",
            type=float,
            metavar="SECONDS",
            default=20.0,
            help="Longest time for one statement (default: 20).",
        )

    def handle(self, *args, **options):
        if options["check"] and options["format"] == "prometheus":
            raise CommandError(
                "--check goes with text and json; Prometheus judges by its own rules.",
                returncode=WRONG_USE,
            )
        first, second, engine = self._read(options)
        newest = second or first
        rates = rates_between(first, second) if second else {}
        alerts = judge(newest, rates) if options["check"] else []
        report = Report(newest, rates, alerts, options["check"], engine)
        self.stdout.write(FORMATS[options["format"]](report), ending="")
        self.stdout.flush()
        stands = {alert["status"] for alert in alerts}
        if "fires" in stands:
            sys.exit(FIRES)
        if "unknown" in stands:
            sys.exit(NOT_READ)

    def _read(self, options):
        """One reading, or two; and what the sessions are kept by."""
        try:
            model = session_model()
            alias = options["database"] or router.db_for_read(model)
            connection = connections[alias]
            if connection.vendor != "postgresql":
                raise NotReadable(
                    "The database %s is %s; session_metrics reads PostgreSQL only."
                    % (alias, connection.display_name)
                )
            table = self._table(connection, model, options["table"])
            timeout_ms = max(1, int(options["timeout"] * 1000))
            first = Reading().take(connection, table, timeout_ms)
            second = None
            if options["interval"]:
                time.sleep(max(0.0, options["interval"]))
                second = Reading().take(connection, table, timeout_ms)
        except NotReadable as problem:
            raise CommandError(str(problem), returncode=NOT_READ)
        except (ConnectionDoesNotExist, ImproperlyConfigured) as error:
            raise CommandError(str(error), returncode=NOT_READ)
        except (DatabaseError, InterfaceError) as error:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise CommandError(
                "The session metrics could not be read: " + lines[0],
                returncode=NOT_READ,
            )
        return first, second, settings.SESSION_ENGINE

    @staticmethod
    def _table(connection, model, given):
        """Its name as SQL; that of a model may have its schema in it."""
        if given:
            return ".".join(identifier(part) for part in given.split(".", 1))
        return connection.ops.quote_name(model._meta.db_table)
`.trimStart();
