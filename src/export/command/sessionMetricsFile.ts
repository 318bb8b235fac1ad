import { COMMAND_TABLE, FACTS_SQL, TIMED_SQL } from '../../postgres/export/commandSql.ts';
import { EXPORT_QUERIES, type ExportedQuery } from '../../postgres/export/exportQueries.ts';
import { ALERT_RULES, type AlertRule, type AlertRuleId } from '../../monitoring/alerts/alertRules.ts';
import type { AlertLimits } from '../../monitoring/alerts/alertTracker.ts';
import { METRIC_ROWS } from '../../monitoring/metrics/metrics.ts';
import { METRICS_FORMAT, METRICS_VERSION } from '../../monitoring/metricsCommand/parseMetrics.ts';
import { PYTHON_CHECK } from './pythonCheck.ts';
import { PYTHON_COMMAND } from './pythonCommand.ts';
import { PYTHON_JSON } from './pythonJson.ts';
import { PYTHON_READING } from './pythonReading.ts';
import { PYTHON_TEXT } from './pythonText.ts';

export interface CommandContext {
  /** Of this extension: '1.0.0'. */
  readonly version: string;
  /** As the alert engine has them, by the rule. */
  readonly limits: Readonly<Record<AlertRuleId, AlertLimits>>;
}

/** Why a rule is not judged where it has no value: what one or two readings can't know. */
const OTHERWISE: Partial<Readonly<Record<AlertRuleId, string>>> = {
  'saves-per-minute': 'a rate takes two readings: give --interval',
  'table-growth': 'it takes the sizes of an hour and more, which whoever keeps them judges',
  'cleanup-service': 'it is not asked about the cleanup service',
};

/** session_metrics.py: one file, for management/commands of an app of the project. */
export function sessionMetricsFile({ version, limits }: CommandContext): string {
  const countTo = Math.floor(limits['expired-sessions'].threshold) + 1;
  return [
    head(version),
    ...tables(countTo, limits),
    PYTHON_READING,
    PYTHON_CHECK,
    PYTHON_JSON,
    PYTHON_TEXT,
    PYTHON_COMMAND,
  ].join('\n\n');
}

function head(version: string): string {
  return `"""manage.py session_metrics: what the sessions do to the database.

Made by Django Session Monitor ${version} ("Export to Monitoring Systems…"), for
management/commands of an app in INSTALLED_APPS. Needs nothing but Django 3.2 or
later with its sessions in PostgreSQL 13 or later. It only reads, in a read only
transaction whose statements have a limit; no session key and nothing of the
content of a session leaves the database.

    manage.py session_metrics                      figures for people
    manage.py session_metrics --format json        for programs, one line
    manage.py session_metrics --format prometheus  exposition format
    manage.py session_metrics --check              exit code 1: an alert fires

The alert thresholds (RULES) are those that were set when the file was made.
"""
# flake8: noqa: E501

import json
import sys
import time
from collections import OrderedDict, namedtuple
from datetime import datetime, timezone
from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connections, router, transaction
from django.db.utils import ConnectionDoesNotExist

FORMAT = ${text(METRICS_FORMAT)}
VERSION = ${METRICS_VERSION}
GENERATOR = ${text(`Django Session Monitor ${version}`)}

# Exit codes.
FIRES = 1
WRONG_USE = 2
NOT_READ = 3
`;
}

function tables(countTo: number, limits: CommandContext['limits']): readonly string[] {
  return [
    `# Expired sessions are counted up to here, and estimated beyond.
COUNT_TO = ${countTo}

Rule = namedtuple("Rule", "id severity title advice threshold reached unit otherwise")
RULES = (
${ALERT_RULES.map((rule) => ruleOf(rule, limits[rule.id])).join('')})`,
    `# What stands between @ is put in: the names of the table, as SQL.
FACTS_SQL = ${sql(FACTS_SQL)}

TIMED_SQL = ${sql(TIMED_SQL)}

Column = namedtuple("Column", "name kind unit label what")
Query = namedtuple("Query", "id prefix title optional columns sql")
QUERIES = (
${EXPORT_QUERIES.map((query) => queryOf(query, countTo)).join('')})`,
  ];
}

function ruleOf({ id, severity, title, advice, threshold }: AlertRule, limits: AlertLimits): string {
  const fields = [
    text(id),
    text(severity),
    text(title),
    text(advice),
    String(limits.threshold),
    python(threshold.compare === 'reached'),
    text(threshold.unit),
    text(OTHERWISE[id] ?? 'it has no value here'),
  ];
  return `    Rule(\n${fields.map((field) => `        ${field},\n`).join('')}    ),\n`;
}

function queryOf(query: ExportedQuery, countTo: number): string {
  const columns = query.columns.map(
    ({ name, kind, unit, what, metric }) =>
      `            Column(${[name, kind, unit, labelOf(metric) ?? what, what].map(text).join(', ')}),\n`,
  );
  return `    Query(
        ${text(query.id)},
        ${text(query.prefix)},
        ${text(query.what.replace(/[:;.].*$/u, ''))},
        ${python(query.optional === true)},
        (
${columns.join('')}        ),
        ${sql(query.sql(COMMAND_TABLE, { countTo }))},
    ),
`;
}

/** As the extension calls it. */
function labelOf(metric: string | undefined): string | undefined {
  return METRIC_ROWS.find(({ id }) => id === metric)?.label;
}

function python(value: boolean): string {
  return value ? 'True' : 'False';
}

/** A text of ours as Python: JSON's escapes are Python's too. */
function text(value: string): string {
  return JSON.stringify(value);
}

/** Raw, as it is read; none of ours has three quotes in a row, or ends with one. */
function sql(statement: string): string {
  return `r"""${statement}"""`;
}
