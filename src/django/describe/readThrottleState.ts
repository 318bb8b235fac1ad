import type { FileSystem } from '../../common/fileSystem.ts';
import type { DjangoProject } from '../project/project.ts';
import { findSavers } from '../sessionWrites/findSavers.ts';
import type { MiddlewareOption } from '../settings/middleware/middlewareName.ts';
import { describeThrottle } from '../throttle/describeThrottle.ts';
import { findLikelyThrottles } from '../throttle/likelyThrottle.ts';
import { settingsFilesOf } from '../throttle/otherSettings.ts';
import { findThrottleClass } from '../throttle/throttleClass.ts';
import type { ThrottleState } from '../throttle/throttleState.ts';

/** @param openText the text of a file as an editor has it; undefined: none has it open */
export async function readThrottleState(
  files: FileSystem,
  project: DjangoProject,
  options: MiddlewareOption,
  openText: (file: string) => string | undefined = () => undefined,
): Promise<ThrottleState> {
  const texts = new Map<string, string>();
  for (const file of await settingsFilesOf(files, project)) {
    const text = openText(file) ?? (await files.readText(file));
    if (text !== undefined) texts.set(file, text);
  }
  const throttle = describeThrottle(project, texts, options);
  const source = throttle.path === undefined ? undefined : await findThrottleClass(files, project, throttle.path);
  const savers = await findSavers(files, project, throttle.path);
  if (throttle.state === 'absent') {
    return { project, throttle, texts, savers, likely: await findLikelyThrottles(files, project) };
  }
  return { project, throttle, texts, savers, ...(source === undefined ? {} : { source }) };
}
