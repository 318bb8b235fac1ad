import * as vscode from 'vscode';
import { filled } from '../../common/filled.ts';
import { CONNECTION_COLORS, type ConnectionColor, type ConnectionSetting } from '../../contributions.ts';
import {
  settingConnectionId,
  settingParts,
  settingTarget,
  type Access,
  type Connection,
} from '../../monitoring/watch/connection.ts';
import type { SshTunnels } from '../../monitoring/watch/sshTunnels.ts';
import { resolveTarget } from '../../postgres/target/target.ts';
import type { Approvals } from '../settings/approvals.ts';
import { commandParts } from '../settings/connectionCommand.ts';
import { settingAt, updateSetting } from '../settings/settings.ts';
import type { PasswordUser, StoredPasswords } from './storedPasswords.ts';
import { optionalSchema, watchedTable } from './watchedTable.ts';

/** Connections that were made by hand: their parts in settings.json, their passwords in SecretStorage. */
export class SavedConnections {
  readonly passwords: StoredPasswords;
  readonly #tunnels: SshTunnels;
  readonly #approvals: Pick<Approvals, 'want'>;

  constructor(passwords: StoredPasswords, tunnels: SshTunnels, approvals: Pick<Approvals, 'want'>) {
    this.passwords = passwords;
    this.#tunnels = tunnels;
    this.#approvals = approvals;
  }

  /** Those of the person and those of the workspace: of two with the same name neither stands for the other. */
  list(): readonly Connection[] {
    return LEVELS.flatMap((level) =>
      connectionsAt(level).map((setting) => {
        const connection = connectionOf(setting, level.source, async (user) => {
          const access = await this.passwords.access(user);
          return { ...access, ...(await this.#tunnels.wayTo(setting, level.source)) };
        });
        const { name, command } = setting;
        if (command === undefined) return connection;
        return {
          ...connection,
          ...commandParts({ name, command }, level.source, (wish) => this.#approvals.want(wish)),
        };
      }),
    );
  }

  /** Adds a connection to the person's own settings, so that no file of a project changes, or replaces the one of that name. */
  async save(setting: ConnectionSetting, password: string | undefined): Promise<string> {
    const id = settingConnectionId(OWN.source, setting.name);
    const target = password === undefined ? undefined : resolveTarget(settingParts(setting).connectionString).key;
    const others = connectionsAt(OWN).filter((s) => s.name !== setting.name);
    await updateSetting('connections', [...others, setting], OWN.target);
    await this.passwords.forget(id);
    if (target !== undefined) await this.passwords.store(id, target, password);
    return id;
  }

  /** Removes it from where it stands, and its password with it. */
  async remove(id: string): Promise<void> {
    for (const level of LEVELS) {
      const all = connectionsAt(level);
      const kept = all.filter((s) => settingConnectionId(level.source, s.name) !== id);
      if (kept.length < all.length)
        await updateSetting('connections', kept.length === 0 ? undefined : kept, level.target);
    }
    await this.passwords.forget(id);
  }
}

/** A connection as settings.json describes it. */
export function connectionOf(
  setting: ConnectionSetting,
  source: SettingSource,
  access: (user: PasswordUser) => Promise<Access>,
): Connection {
  const user: PasswordUser = {
    id: settingConnectionId(source, setting.name),
    name: setting.name,
    connectionString: settingParts(setting).connectionString,
    // The person has named the server, or the workspace has.
    borrow: source === 'settings' ? 'any' : 'bound',
  };
  const watched = watchedTable(undefined, undefined);
  return {
    ...user,
    source,
    target: settingTarget(setting),
    table: {
      ...watched,
      name: filled(setting.table) ?? watched.name,
      ...optionalSchema(filled(setting.schema)),
    },
    production: setting.production === true,
    ...(isColor(setting.color) ? { color: setting.color } : {}),
    session: {},
    notes: [],
    access: () => access(user),
  };
}

/** Where a connection can stand, and what VS Code calls it when it shows a setting level by level. */
const OWN = { source: 'settings', target: vscode.ConfigurationTarget.Global, key: 'globalValue' } as const;
const LEVELS = [
  OWN,
  { source: 'workspace', target: vscode.ConfigurationTarget.Workspace, key: 'workspaceValue' },
] as const;
type SettingSource = (typeof LEVELS)[number]['source'];

function connectionsAt(level: (typeof LEVELS)[number]): readonly ConnectionSetting[] {
  const value = settingAt('connections', level.key);
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

/** The same holds for colours: what is none is passed over. */
function isColor(color: unknown): color is ConnectionColor {
  return CONNECTION_COLORS.some((one) => one === color);
}
