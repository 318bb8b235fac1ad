import { randomUUID } from 'node:crypto';
import path from 'node:path';

import { Problem, type ProblemText } from '../../common/problem.ts';
import { runProcess, type RunResult } from '../../common/runProcess.ts';
import { databasesOf, valueOfJson } from './databaseSettings.ts';
import type { DjangoProject } from './project.ts';
import { modelFromDjango, type DjangosModel } from './sessions/sessionModel.ts';
import { lastErrorLine } from './traceback.ts';

/**
 * Asks Django itself: `manage.py shell -c …` with the project's own interpreter. It runs the project's code, so that it
 * is only for trusted workspaces; whoever calls this has made sure.
 */
export interface AskOptions {
  /** Folder with manage.py. */
  readonly root: string;
  /** Path of the Python interpreter. */
  readonly python: string;
  /** The extension's setting for the settings module. */
  readonly settingsModule?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Default 20,000. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 20_000;
const MAX_OUTPUT = 2_000_000;

/** What is read; everything that JSON can't hold becomes text, as Path and lazy strings do in Django as well. */
function question(marker: string): string {
  return `
import json
from django.conf import settings
def _known(value):
    if isinstance(value, dict):
        return {str(k): _known(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_known(v) for v in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)
def _sessions():
    try:
        from importlib import import_module
        from django.db import router
        module = import_module(settings.SESSION_ENGINE)
        store = module.SessionStore
        cached = any(c.__module__.endswith('.cached_db') for c in store.__mro__)
        model = getattr(store(), 'model', getattr(module, 'Session', None))
        if model is None:
            return {'cached': cached, 'why': 'its SessionStore has no model'}
        kept = model._meta.get_field('session_data').model
        found = {'cached': cached, 'model': model.__module__ + '.' + model.__qualname__, 'table': kept._meta.db_table}
        try:
            return {**found, 'alias': router.db_for_write(model)}
        except Exception as error:
            return {**found, 'aliasWhy': 'Django raised ' + type(error).__name__ + ' when a router was asked for it'}
    except Exception as error:
        return {'why': 'Django raised ' + type(error).__name__ + ' when it was asked for it'}
print('${marker}' + json.dumps({
    'module': settings.SETTINGS_MODULE,
    'databases': _known(settings.DATABASES),
    'engine': settings.SESSION_ENGINE,
    'age': settings.SESSION_COOKIE_AGE,
    'sessions': _sessions(),
    'everyRequest': bool(settings.SESSION_SAVE_EVERY_REQUEST),
}) + '${marker}')
`;
}

interface Answer {
  readonly module: string;
  readonly databases: Record<string, unknown>;
  readonly engine: string;
  readonly age: number;
  readonly everyRequest: boolean;
  readonly sessions: DjangosModel;
}

/** Throws a Problem: interpreter-missing, django-missing, settings-crash, django-timeout, django-cancelled, django-answer. */
export async function askDjango(options: AskOptions): Promise<DjangoProject> {
  const marker = `<<${randomUUID()}>>`;
  const managePy = path.join(options.root, 'manage.py');
  const settings = options.settingsModule ? [`--settings=${options.settingsModule}`] : [];
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const run = await start(options, ['manage.py', 'shell', ...settings, '-c', question(marker)], timeoutMs);
  const [, json] = run.stdout.split(marker);
  // Whatever happens after the answer, such as a crash at exit, doesn't make it less true.
  if (json === undefined) throw failure(options, run, timeoutMs);
  const answer = readAnswer(json);
  if (answer === undefined) {
    throw problem(options, {
      code: 'django-answer',
      why: 'Its answer was not understood.',
      next: 'Give the connection yourself, and report this with the Django version.',
      transient: false,
    });
  }
  const at = { file: managePy, from: 0, to: 0 };
  const databases = valueOfJson(answer.databases, at);
  return {
    root: options.root,
    managePy,
    settingsModule: answer.module,
    settingsModuleFrom: 'Django',
    files: [],
    databases: databases.t === 'dict' ? databasesOf(databases, at) : [],
    sessionEngine: answer.engine,
    sessions: modelFromDjango(answer.engine, answer.sessions),
    sessionCookieAge: answer.age,
    sessionSaveEveryRequest: answer.everyRequest,
    source: 'django',
    problems: [],
  };
}

async function start(options: AskOptions, args: readonly string[], timeoutMs: number): Promise<RunResult> {
  // No .pyc files in the project for a question; text in UTF-8 on every system.
  const environment = {
    ...options.environment,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONIOENCODING: 'utf-8',
    PYTHONUTF8: '1',
  };
  const { root: cwd, signal } = options;
  const bounds = { cwd, environment, timeoutMs, maxOutput: MAX_OUTPUT, ...(signal ? { signal } : {}) };
  try {
    return await runProcess(options.python, args, bounds);
  } catch (error) {
    throw problem(
      options,
      {
        code: 'interpreter-missing',
        why: `${options.python} can't be started.`,
        next: 'Select the interpreter of the project in the Python extension, or make a .venv beside manage.py.',
        transient: false,
      },
      error,
    );
  }
}

function readAnswer(json: string): Answer | undefined {
  try {
    const answer = JSON.parse(json) as Partial<Answer>;
    const complete =
      typeof answer.module === 'string' &&
      typeof answer.databases === 'object' &&
      typeof answer.engine === 'string' &&
      typeof answer.sessions === 'object' &&
      typeof answer.age === 'number' &&
      typeof answer.everyRequest === 'boolean';
    return complete ? (answer as Answer) : undefined;
  } catch {
    // Not JSON: the caller tells so; the text itself may hold a password.
    return undefined;
  }
}

function problem(options: AskOptions, text: Omit<ProblemText, 'what'>, cause?: unknown): Problem {
  return new Problem({ ...text, what: `Django in ${options.root} can't be asked for its databases` }, { cause });
}

function failure(options: AskOptions, run: RunResult, timeoutMs: number): Problem {
  if (run.ended === 'timeout') {
    return problem(options, {
      code: 'django-timeout',
      why: `manage.py gave no answer within ${timeoutMs / 1000} s.`,
      next: 'Look for what the settings or the apps wait for when they start, or give the connection yourself.',
      transient: true,
    });
  }
  if (run.ended === 'cancelled') {
    return problem(options, {
      code: 'django-cancelled',
      why: 'It was cancelled.',
      next: 'Ask again when you like.',
      transient: false,
    });
  }
  const last = lastErrorLine(run.stderr, options.environment);
  if (/No module named '?django'?$|Couldn't import Django/m.test(run.stderr)) {
    return problem(options, {
      code: 'django-missing',
      why: `${options.python} has no Django.`,
      next: 'Select the interpreter of the project in the Python extension, or make a .venv beside manage.py.',
      transient: false,
    });
  }
  return problem(options, {
    code: 'settings-crash',
    why:
      last === ''
        ? `manage.py ended without an answer (exit code ${run.code ?? 'none'}).`
        : `manage.py ended with ${last}`,
    next: 'Run "manage.py check" in a terminal to see all of it; perhaps a variable is missing in the environment of VS Code.',
    transient: false,
  });
}
