import path from 'node:path';

import type { Evaluation } from '../evaluation/evaluation.ts';
import { statementsOf } from '../syntax/blocks.ts';
import { unknownArgument } from '../values/callArguments.ts';
import { namespace, native, NONE, type Args, type Frame, type ObjectValue, type Value } from '../values/values.ts';

/**
 * django-split-settings: `include('components/base.py', optional('local.py'))` runs the files in the scope of the module
 * that calls it, in order; a name may be a pattern, whose files run in alphabetical order.
 */

/** The last part of a path may hold * and ?; a pattern in a folder's name is not followed. */
function matches(it: Evaluation, pattern: string): string[] {
  const name = path.basename(pattern);
  if (!/[*?]/.test(name)) return it.files.text(pattern) === undefined ? [] : [pattern];
  const regex = patternOf(name);
  const directory = path.dirname(pattern);
  const entries = it.files.list(directory).filter((e) => e.kind === 'file' && regex.test(e.name));
  return entries.map((e) => path.join(directory, e.name)).sort();
}

/** A file name with * and ? as a pattern. */
export function patternOf(name: string): RegExp {
  const pattern = name
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`);
}

/** How optional() marks a path. */
const OPTIONAL = 'optional()';

export function splitSettingsTools(it: Evaluation): ObjectValue {
  const include = (args: Args): Value => {
    const { frame } = args;
    for (const given of args.positional) {
      const optional = given.t === 'object' && given.name === OPTIONAL;
      const value = optional ? given.attribute?.('path') : given;
      if (value?.t !== 'str') {
        const reason = value?.t === 'unresolved' ? value.why : 'its path is computed';
        it.report('import-not-followed', `include() names a file that is not known: ${reason}.`, frame, args.at.from);
        continue;
      }
      const files = matches(it, path.resolve(path.dirname(frame.source.file), value.v));
      if (files.length === 0 && !optional) {
        it.raise('OSError', `there is no file ${value.v}`);
        it.report('import-missing', `include() names ${value.v}, which is not there.`, frame, args.at.from);
      }
      for (const file of files) runInside(it, file, frame);
    }
    return NONE;
  };
  return namespace('split_settings.tools', {
    include: native('include', include),
    optional: native('optional', (args) => {
      const given = args.positional[0];
      return given === undefined ? unknownArgument(args, 'optional') : namespace(OPTIONAL, { path: given });
    }),
  });
}

function runInside(it: Evaluation, file: string, frame: Frame): void {
  const source = it.files.python(file);
  // A file that includes itself: split-settings keeps a list of what it has included.
  if (source === undefined || it.included.has(file)) return;
  it.included.add(file);
  it.executeAll(statementsOf(source.tree.topNode), { ...frame, source });
}
