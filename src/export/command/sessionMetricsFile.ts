import { findMetric } from '../../monitoring/metrics/metrics.ts';
import { METRICS_FORMAT, METRICS_VERSION } from '../../monitoring/metricsCommand/parseMetrics.ts';
import { COMMAND_TABLE, FACTS_SQL, TIMED_SQL } from '../../postgres/export/commandSql.ts';
import { EXPORT_QUERIES, type ExportedQuery } from '../../postgres/export/exportQueries.ts';
import { countedTo, type ExportContext } from '../exportContext.ts';
import { EXPORTED_FIGURES } from '../exportedFigures.ts';
import { ruleRow } from './commandRules.ts';
import { python, raw, text, tupleOf } from './pythonLiterals.ts';
import { PYTHON_CHECK } from './pythonCheck.ts';
import { PYTHON_COMMAND } from './pythonCommand.ts';
import { PYTHON_JSON } from './pythonJson.ts';
import { PYTHON_READING } from './pythonReading.ts';
import { PYTHON_TEXT } from './pythonText.ts';

/** session_metrics.py: one file, for management/commands of an app of the project. */
export function sessionMetricsFile(context: Pick<ExportContext, 'rules'>): string {
  const parts = [PYTHON_READING, PYTHON_CHECK, PYTHON_JSON, PYTHON_TEXT, PYTHON_COMMAND];
  return [HEAD, ...tables(context), ...parts].join('\n\n');
}

const HEAD = `"""manage.py session_metrics: what the sessions do to the database.

Made by Django Session Monitor ("Export to Monitoring Systems…"), for
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

# Exit codes.
FIRES = 1
WRONG_USE = 2
NOT_READ = 3
`;

function tables({ rules }: Pick<ExportContext, 'rules'>): readonly string[] {
  const countTo = countedTo({ rules });
  return [
    `# Expired sessions are counted up to here, and estimated beyond.
COUNT_TO = ${countTo}

# An alert rule, and what it judges: a value, a ratio of two, or a rate.
Rule = namedtuple(
    "Rule", "id severity title advice threshold reached unit kind of otherwise"
)
RULES = (
${rules.map(ruleRow).join('')})

# Counters whose growth is told for so many seconds.
Rate = namedtuple("Rate", "metric label unit of seconds")
RATES = (
${RATES})`,
    `# What stands between @ is put in: the names of the table, as SQL.
FACTS_SQL = ${raw(FACTS_SQL)}

TIMED_SQL = ${raw(TIMED_SQL)}

Column = namedtuple("Column", "name kind unit label what")
Query = namedtuple("Query", "id prefix title optional columns sql")
QUERIES = (
${EXPORT_QUERIES.map((query) => queryRow(query, countTo)).join('')})`,
  ];
}

const RATES = EXPORTED_FIGURES.flatMap((figure) => {
  const row = findMetric(figure.metric);
  // Saves a day are the same as those a minute.
  if (figure.kind !== 'rate' || row === undefined || figure.metric === 'writes.perDay') return [];
  const fields = [text(figure.metric), text(row.label), text(row.unit), tupleOf(figure.of), String(figure.perSeconds)];
  return [`    Rate(${fields.join(', ')}),\n`];
}).join('');

function queryRow(query: ExportedQuery, countTo: number): string {
  const columns = query.columns.map(({ name, kind, unit, what, metric }) => {
    // As the extension calls it.
    const label = metric === undefined ? undefined : findMetric(metric)?.label;
    return `            Column(${[name, kind, unit, label ?? what, what].map(text).join(', ')}),\n`;
  });
  return `    Query(
        ${text(query.id)},
        ${text(query.prefix)},
        ${text(query.what.replace(/[:;.].*$/u, ''))},
        ${python(query.optional === true)},
        (
${columns.join('')}        ),
        ${raw(query.sql(COMMAND_TABLE, { countTo }))},
    ),
`;
}
