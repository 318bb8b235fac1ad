import { lineAt } from '../../python/syntax/lines.ts';
import type { PythonNode } from '../../python/syntax/nodes.ts';
import type { EntryItem } from '../middleware/items.ts';
import { scopeOf } from '../text/scopes.ts';
import type { SettingsModel } from './settingsModel.ts';

/** Mentions of the lists that the entry goes through, whose effect is not followed: they may see the change. Half a sentence. */
export function otherUse(model: SettingsModel, entry: EntryItem): string | undefined {
  const user = model.mentions.find(
    (mention) =>
      !model.handled.has(mention.from) &&
      (mention.from >= entry.statement.to || runsLater(mention)) &&
      !isOtherComparison(model, mention, entry.path),
  );
  if (user === undefined) return undefined;
  const name = model.source.text.slice(user.from, user.to);
  return `line ${lineAt(model.source, user.from)} uses ${name} for something else, which would change with it`;
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
