import path from 'node:path';

import type { FileSystem } from '../../common/fileSystem.ts';
import type { DatabaseSettings } from '../project/project.ts';
import type { ValueOrigin } from '../python/values/values.ts';

/** Where the values of a database were found, in words for a person; paths are relative to the open folder. */

/** Keys of an entry of DATABASES that say which database it is, in the order in which they are told. */
const KEYS = ['HOST', 'NAME', 'USER', 'PASSWORD', 'PORT'] as const;

const FIELDS = { HOST: 'host', NAME: 'name', USER: 'user', PASSWORD: 'password', PORT: 'port' } as const;

/** "backend/.env, line 3", or by key where it is more than one place: "HOST: docker-compose.yml, service web; NAME: …". */
export async function originOfDatabase(fs: FileSystem, folder: string, database: DatabaseSettings): Promise<string> {
  const own = await placeText(fs, folder, database.location.file, database.location.offset);
  const places: { readonly key: string; readonly place: string; readonly text: string }[] = [];
  for (const key of KEYS) {
    const origin = database.origins?.[key];
    const value = database[FIELDS[key]];
    if (value === undefined || value === '' || (key === 'PORT' && origin === undefined)) continue;
    const text = origin === undefined ? own : await describeOrigin(fs, folder, origin);
    places.push({
      key,
      text,
      place: origin === undefined ? database.location.file : `${origin.kind} ${origin.file ?? ''}`,
    });
  }
  const groups = [...Map.groupBy(places, ({ place }) => place).values()];
  const [first] = groups;
  if (first === undefined) return own;
  if (groups.length === 1) return first[0]?.text ?? own;
  return groups.map((group) => `${group.map(({ key }) => key).join(', ')}: ${group[0]?.text ?? ''}`).join('; ');
}

/** Whether nothing but defaults of the settings says where the database is. */
export function isOnlyDefaults({ origins = {}, host, name, user }: DatabaseSettings): boolean {
  const said = { HOST: host, NAME: name, USER: user };
  const given = Object.entries(said).filter(([, value]) => value !== undefined && value !== '');
  return given.length > 0 && given.every(([key]) => origins[key]?.kind === 'default');
}

async function describeOrigin(fs: FileSystem, folder: string, origin: ValueOrigin): Promise<string> {
  const { kind, name, file = '', from = 0, line, service = '' } = origin;
  switch (kind) {
    case 'environment':
      return `${name} in the environment`;
    case 'file':
      return `${shown(folder, file)}${await lineOfVariable(fs, file, name)}`;
    case 'container':
      return line === undefined
        ? `${shown(folder, file)}, service ${service}`
        : `${shown(folder, file)}, line ${line} (service ${service})`;
    case 'default':
      return `default in ${await placeText(fs, folder, file, from)}`;
  }
}

function shown(folder: string, file: string): string {
  const relative = path.relative(folder, file);
  return relative.startsWith('..') ? file : relative.replaceAll('\\', '/');
}

/** "store/settings.py, line 8" */
export async function placeText(fs: FileSystem, folder: string, file: string, offset: number): Promise<string> {
  const text = await fs.readText(file);
  const line = text === undefined ? '' : `, line ${text.slice(0, offset).split('\n').length}`;
  return `${shown(folder, file)}${line}`;
}

/** Of several lines the last one counts. */
async function lineOfVariable(fs: FileSystem, file: string, name: string): Promise<string> {
  const lines = (await fs.readText(file))?.split(/\r\n?|\n/) ?? [];
  const at = lines.findLastIndex((line) => {
    const [, found] = /^\s*(?:export\s+)?['"]?([\w.-]+)['"]?\s*=/.exec(line) ?? [];
    return found === name;
  });
  return at === -1 ? '' : `, line ${at + 1}`;
}
