import { lineAt } from '../../python/syntax/lines.ts';
import type { PythonNode } from '../../python/syntax/nodes.ts';
import type { EntryItem } from '../middleware/items.ts';
import { scopeOf } from '../text/scopes.ts';
import type { SettingsModel } from './settingsModel.ts';

/** Mentions of the lists that the entry goes through, whose effect is not followed: they may see the change. Half a sentence. */
export function otherUse(model: SettingsModel, entry: EntryItem): string | undefined {
  const holding = holdersOf(model, entry.owner);
  const user = model.mentions.find(
    (mention) =>
      holding.has(model.source.text.slice(mention.from, mention.to)) &&
      !model.handled.has(mention.from) &&
      (mention.from >= entry.statement.to || runsLater(mention)) &&
      !isOtherComparison(model, mention, entry.path),
  );
  return describeUse(model, user ?? positionUse(model));
}

/** Names of lists that the entry may be in. */
function holdersOf({ receivers }: SettingsModel, owner: string): ReadonlySet<string> {
  const holders = new Set([owner]);
  for (const name of holders) for (const other of receivers.get(name) ?? []) holders.add(other);
  return holders;
}

function describeUse(model: SettingsModel, user: PythonNode | undefined): string | undefined {
  if (user === undefined) return undefined;
  const name = model.source.text.slice(user.from, user.to);
  return `line ${lineAt(model.source, user.from)} uses ${name} for something else, which would change with it`;
}

/** A name for a place in the list that something else is done with than changing the list there. */
function positionUse({ source, positions, statements }: SettingsModel): PythonNode | undefined {
  if (positions.size === 0) return undefined;
  const uses: PythonNode[] = [];
  source.tree.iterate({
    enter: ({ name, from, to, node }) => {
      if (name === 'VariableName' && positions.has(source.text.slice(from, to))) uses.push(node);
    },
  });
  return uses.find(({ from, parent }) => {
    const isTarget = parent?.name === 'AssignStatement' && parent.firstChild?.from === from;
    return !isTarget && !statements.some((statement) => statement.from <= from && from < statement.to);
  });
}

function runsLater(node: PythonNode): boolean {
  if (scopeOf(node) === 'function') return true;
  for (let outer = node.parent; outer; outer = outer.parent)
    if (/^(?:For|While)Statement$/.test(outer.name)) return true;
  return false;
}

/** `'another.Middleware' in MIDDLEWARE` and `print(MIDDLEWARE)` come out the same, or don't matter. */
function isOtherComparison({ source }: SettingsModel, mention: PythonNode, path: string): boolean {
  const { parent } = mention;
  if (parent?.name === 'BinaryExpression' && parent.firstChild?.name === 'String') {
    const [first, operator] = [parent.firstChild, parent.firstChild.nextSibling];
    return /^(?:in|not)$/.test(operator?.name ?? '') && !source.text.slice(first.from, first.to).includes(path);
  }
  const call = parent?.name === 'ArgList' ? parent.parent : null;
  if (call?.parent?.name !== 'ExpressionStatement' || call.firstChild === null) return false;
  return source.text.slice(call.from, call.firstChild.to) === 'print';
}
