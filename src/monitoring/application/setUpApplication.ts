import { createApplicationSources, type ApplicationSettings } from '../../services/createApplicationSources.ts';
import type { AskCredentials } from '../../services/http/credentials.ts';
import { checkApplicationSettings, serversOf, setupKey, type ApplicationServer } from './applicationSettings.ts';
import type { ApplicationSetup } from './applicationState.ts';

export interface ApplicationPlace {
  /** One setting of the section as settings.json has it, which may be anything. */
  readonly setting: (key: keyof ApplicationSettings) => unknown;
  /** The folder whose settings they are; undefined: none is open. */
  readonly folder: string | undefined;
  /** Asks for the credentials that are stored for a server; undefined: there are none. */
  readonly credentials: (server: ApplicationServer) => Promise<AskCredentials | undefined>;
}

/** Makes the sources that the settings name. Asks none of them. */
export async function setUpApplication({ setting, folder, credentials }: ApplicationPlace): Promise<ApplicationSetup> {
  const { settings, problems } = checkApplicationSettings(setting);
  const parts: Record<string, AskCredentials> = {};
  for (const server of serversOf(settings)) {
    const ask = await credentials(server);
    // Without any stored there is nothing to warn of where a connection is not encrypted.
    if (ask !== undefined) parts[`${server.kind}Credentials`] = ask;
  }
  const sources = createApplicationSources(settings, { ...parts, ...(folder === undefined ? {} : { folder }) });
  const all = [...problems, ...sources.problems];
  return { sources, problems: all, key: setupKey(settings, all) };
}
