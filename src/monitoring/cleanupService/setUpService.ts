import { nodeFileSystem } from '../../common/fileSystem.ts';
import { createCleanupService } from '../../services/cleanupService/createCleanupService.ts';
import { checkSettings, type ServiceSettingKey } from './serviceSettings.ts';
import type { ServiceSetup } from './serviceState.ts';

/**
 * Finds the service that the settings or the compose files of a folder name. Runs nothing.
 * @param setting one setting of the section as settings.json has it, which may be anything
 * @param folder whose compose files are looked at; undefined: none is open
 */
export async function setUpService(
  setting: (key: ServiceSettingKey) => unknown,
  folder: string | undefined,
): Promise<ServiceSetup> {
  const { service, problems, ...rest } = checkSettings(setting);
  const created = await createCleanupService(service, { files: nodeFileSystem, folder, environment: process.env });
  const all = [...problems, ...created.problems];
  const target = created.candidate && { ...created.candidate, from: 0, to: 0, findings: [] };
  const schedules = created.schedules.map(({ how, name, when, file }) => [how, name, when, file]);
  const key = JSON.stringify([service, folder, target, schedules, all.map((one) => one.message)]);
  return { ...created, ...rest, restartCommand: service.restartCommand, problems: all, key };
}
