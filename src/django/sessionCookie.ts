import type { FileSystem } from '../common/fileSystem.ts';
import type { DjangoProject } from './project/project.ts';

const DEFAULT = 'sessionid';

/** SESSION_COOKIE_NAME, where the settings have it as a text; else Django's default. */
export async function sessionCookieName(fileSystem: FileSystem, project: DjangoProject | undefined): Promise<string> {
  const found = await project?.reading?.read(fileSystem, ({ frame }) => frame?.names.get('SESSION_COOKIE_NAME'));
  return found?.t === 'str' && found.v !== '' ? found.v : DEFAULT;
}
