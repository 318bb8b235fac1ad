import * as vscode from 'vscode';
import type { ConnectionSetting } from '../contributions.ts';
import { secretKey, settingConnectionId, settingParts, settingTarget, type Connection } from './connections.ts';
import { getSetting, updateSetting } from './settings.ts';

/** Connections that a person made by hand: their parts in settings.json, their passwords in SecretStorage. */
export class SavedConnections {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  list(): readonly Connection[] {
    return settings().map((setting) => this.#connection(setting));
  }

  /** Adds a connection, or replaces the one of that name. An undefined password leaves none behind. */
  async save(setting: ConnectionSetting, password: string | undefined): Promise<string> {
    const id = settingConnectionId(setting.name);
    const others = settings().filter((s) => s.name !== setting.name);
    await updateSetting('connections', [...others, setting], target());
    await this.setPassword(id, password);
    return id;
  }

  async remove(id: string): Promise<void> {
    await updateSetting(
      'connections',
      settings().filter((s) => settingConnectionId(s.name) !== id),
      target(),
    );
    await this.setPassword(id, undefined);
  }

  async setPassword(id: string, password: string | undefined): Promise<void> {
    if (password === undefined) await this.#secrets.delete(secretKey(id));
    else await this.#secrets.store(secretKey(id), password);
  }

  password(id: string): Promise<string | undefined> {
    return Promise.resolve(this.#secrets.get(secretKey(id)));
  }

  #connection(setting: ConnectionSetting): Connection {
    const id = settingConnectionId(setting.name);
    return {
      id,
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
      password: () => this.password(id),
    };
  }
}

export function optionalSchema(schema: string | undefined): { readonly schema?: string } {
  return schema === undefined ? {} : { schema };
}

export function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

/** settings.json is written by people: what has no name can't be chosen and is passed over. */
function settings(): readonly ConnectionSetting[] {
  const value: unknown = getSetting('connections');
  if (!Array.isArray(value)) return [];
  return value.filter(
    (s): s is ConnectionSetting => typeof s === 'object' && s !== null && typeof (s as ConnectionSetting).name === 'string',
  );
}

/** Connections belong to the folder that is open, if there is one. */
function target(): vscode.ConfigurationTarget {
  return vscode.workspace.workspaceFolders === undefined
    ? vscode.ConfigurationTarget.Global
    : vscode.ConfigurationTarget.Workspace;
}
