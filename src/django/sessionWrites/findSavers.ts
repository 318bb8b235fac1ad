import type { FileSystem } from '../../common/fileSystem.ts';
import { middlewareOf } from '../project/middlewareValue.ts';
import type { DjangoProject } from '../project/project.ts';
import { nodeText } from '../python/syntax/nodes.ts';
import type { Saver } from '../settings/checks/sourceChecks.ts';
import { locateClass } from '../throttle/throttleClass.ts';
import { requestWrites } from './inMiddleware.ts';
import type { WriteKind } from './sessionWrite.ts';

/** What of a write makes SessionMiddleware save. */
const SAVES: ReadonlySet<WriteKind> = new Set(['sets', 'expiry', 'modified', 'saves']);
const LONGEST = 80;

/** The middleware of the project that saves the session at each request without a condition. @param but the throttle */
export async function findSavers(
  fileSystem: FileSystem,
  project: DjangoProject,
  but: string | undefined,
): Promise<readonly Saver[]> {
  const found = await project.reading?.read(fileSystem, (evaluation): Saver[] => {
    const { it, frame } = evaluation;
    const paths = frame === undefined ? [] : middlewareOf(it, frame).entries.map((entry) => entry.path);
    return [...new Set(paths)].flatMap((path): Saver[] => {
      const located = path === but || path.startsWith('django.') ? undefined : locateClass(evaluation, path);
      if (located === undefined) return [];
      const { source } = located.definition.frame;
      // setdefault() saves only where the entry was missing.
      const write = requestWrites(source, located.definition.node).find(
        ({ write: one, guards }) =>
          guards.length === 0 && SAVES.has(one.how) && !nodeText(source, one).includes('.setdefault('),
      )?.write;
      if (write === undefined) return [];
      const [code = ''] = nodeText(source, write).split('\n', 1);
      return [{ path, code: code.length > LONGEST ? `${code.slice(0, LONGEST - 1)}…` : code, line: write.line + 1 }];
    });
  });
  return found ?? [];
}
