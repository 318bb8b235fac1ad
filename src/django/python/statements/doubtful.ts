import type { Evaluation, Flow } from '../evaluation/evaluation.ts';
import type { PythonNode } from '../syntax/nodes.ts';
import { unresolved, type Frame } from '../values/values.ts';

/** Runs each of the bodies as one of which nobody knows whether it runs. */
export function doubtful(it: Evaluation, why: string, branches: readonly PythonNode[][], frame: Frame): Flow {
  return it.inDoubt(why, () => {
    let returns = false;
    for (const branch of branches) if (typeof it.executeAll(branch, frame) === 'object') returns = true;
    return returns ? { returned: unresolved(it.doubt ?? why) } : undefined;
  });
}
