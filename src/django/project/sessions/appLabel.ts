import type { Evaluation } from '../../python/evaluation/evaluation.ts';
import { children, nodeText, type PythonNode, type PythonSource } from '../../python/syntax/nodes.ts';
import { moduleFile } from '../../python/statements/imports.ts';
import type { Frame } from '../../python/values/values.ts';
import { bodyOf, named, type Scope } from './definitions.ts';

/**
 * The label of the app that a module belongs to: of all installed apps the one that lies nearest around it; `label` of its AppConfig,
 * else the last part of its name.
 * @see https://docs.djangoproject.com/en/5.2/ref/applications/#django.apps.AppConfig.label
 */
export function appLabel(it: Evaluation, settings: Frame, { module }: Scope): string {
  const installed = settings.names.get('INSTALLED_APPS');
  const apps = installed !== undefined && 'items' in installed ? installed.items : [];
  const entries = apps.flatMap((app) => (app.t === 'str' ? [app.v] : []));
  const parents = module.split('.').map((_, i, all) => all.slice(0, all.length - i).join('.'));
  for (const parent of parents) {
    const entry = entries.find((app) => app === parent || configOf(app, parent) !== undefined);
    if (entry === undefined) continue;
    return labelIn(it, parent, configOf(entry, parent)) ?? last(parent);
  }
  return last(module.replace(/\.models(?:\..*)?$/, ''));
}

/** 'shop.accounts.apps.AccountsConfig' is of 'shop.accounts'. */
function configOf(entry: string, app: string): string | undefined {
  const [, config] = new RegExp(`^${app.replaceAll('.', '\\.')}(?:\\.[a-z_]\\w*)?\\.([A-Z]\\w*)$`).exec(entry) ?? [];
  return config;
}

const last = (dotted: string): string => dotted.split('.').at(-1) ?? dotted;

function labelIn(it: Evaluation, app: string, config: string | undefined): string | undefined {
  const file = moduleFile(it, `${app}.apps`);
  const source = file === undefined ? undefined : it.files.python(file);
  if (source === undefined) return undefined;
  const classes = children(source.tree.topNode).filter((n) => n.name === 'ClassDefinition');
  const labels = classes
    .filter((node) => config === undefined || named(source, node) === config)
    .map((node) => textIn(source, node, 'label'));
  return labels.length === 1 ? labels[0] : undefined;
}

function textIn(source: PythonSource, definition: PythonNode, name: string): string | undefined {
  const body = bodyOf(definition);
  const statement = (body === undefined ? [] : children(body)).find(
    (n) => n.name === 'AssignStatement' && nodeText(source, n.firstChild ?? n) === name,
  );
  return /=\s*(['"])(\w+)\1$/.exec(statement === undefined ? '' : nodeText(source, statement))?.[2];
}
