import * as vscode from 'vscode';
import { SETTINGS_SECTION, type ConnectionSetting } from '../contributions.ts';
import { secretKey, settingConnectionId, settingParts, settingTarget, type Connection } from './connections.ts';
import { getSetting, updateSetting } from './settings.ts';

/** Connections that a person made by hand: their parts in settings.json, their passwords in SecretStorage. */
export class SavedConnections {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  /** Those of the person and those of the workspace together; of two with the same name the workspace's. */
  list(): readonly Connection[] {
    const byName = new Map(LEVELS.flatMap((level) => connectionsAt(level)).map((s) => [s.name, s]));
    return [...byName.values()].map((s) => connectionOf(s, () => this.password(settingConnectionId(s.name))));
  }

  /** Adds a connection to the person's own settings, so that no file of a project changes, or replaces the one of that name. */
  async save(setting: ConnectionSetting, password: string | undefined): Promise<string> {
    const id = settingConnectionId(setting.name);
    const others = connectionsAt(OWN).filter((s) => s.name !== setting.name);
    await updateSetting('connections', [...others, setting], OWN.target);
    await this.setPassword(id, password);
    return id;
  }

  /** Removes it from wherever it stands, and its password with it. */
  async remove(id: string): Promise<void> {
    for (const level of LEVELS) {
      const all = connectionsAt(level);
      const kept = all.filter((s) => settingConnectionId(s.name) !== id);
      if (kept.length < all.length)
        await updateSetting('connections', kept.length === 0 ? undefined : kept, level.target);
    }
    await this.setPassword(id, undefined);
  }

  async setPassword(id: string, password: string | undefined): Promise<void> {
    if (password === undefined) await this.#secrets.delete(secretKey(id));
    else await this.#secrets.store(secretKey(id), password);
  }

  password(id: string): Promise<string | undefined> {
    return Promise.resolve(this.#secrets.get(secretKey(id)));
  }
}

/** A connection as settings.json describes it. */
export function connectionOf(setting: ConnectionSetting, password: Connection['password']): Connection {
  return {
    id: settingConnectionId(setting.name),
    name: setting.name,
    source: 'settings',
    target: settingTarget(setting),
    connectionString: settingParts(setting).connectionString,
    table: {
      name: filled(setting.table) ?? getSetting('table'),
      ...optionalSchema(filled(setting.schema) ?? filled(getSetting('schema'))),
    },
    production: setting.production === true,
    session: {},
    notes: [],
    password,
  };
}

export function optionalSchema(schema: string | undefined): { readonly schema?: string } {
  return schema === undefined ? {} : { schema };
}

export function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

/** Where a connection can stand, and what VS Code calls it when it shows a setting level by level. */
const OWN = { target: vscode.ConfigurationTarget.Global, key: 'globalValue' } as const;
const LEVELS = [OWN, { target: vscode.ConfigurationTarget.Workspace, key: 'workspaceValue' }] as const;

function connectionsAt(level: (typeof LEVELS)[number]): readonly ConnectionSetting[] {
  const value: unknown = vscode.workspace.getConfiguration(SETTINGS_SECTION).inspect('connections')?.[level.key];
  return Array.isArray(value) ? value.filter(isConnection) : [];
}

/** settings.json is written by people: what has no name can't be chosen and is passed over. */
function isConnection(value: unknown): value is ConnectionSetting {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    value.name !== ''
  );
}
