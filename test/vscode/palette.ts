import { readManifest } from '../docs/readManifest.ts';
import { VIEW, type Scene } from './scene.ts';

/** Titles of our commands that the palette offers. */
export async function offered(scene: Scene): Promise<string[]> {
  const titles = await scene.workbench.commandsFor(`${VIEW}: `);
  return titles.filter((title) => !title.includes('Focus on')).sort();
}

/** Context keys of things that are under way, or of an editor of some kind: at rest, without one, their commands are not offered. */
const UNDER_WAY = /\.(?:cleanupRunning|followingCleanupLog|pendingChange)\b|\beditorLangId\b/;

/** Titles that package.json declares for the palette, but those of things that are under way, and those that the state of the moment takes away. */
export async function declared(...but: string[]): Promise<string[]> {
  interface Manifest {
    contributes: {
      commands: { command: string; title: string; category: string; enablement?: string }[];
      menus: { commandPalette: { command: string; when: string }[] };
    };
  }
  const { contributes } = await readManifest<Manifest>();
  const hidden = contributes.menus.commandPalette
    .filter((entry) => entry.when === 'false')
    .map((entry) => entry.command);
  return contributes.commands
    .filter(({ command, title, enablement = '' }) => {
      return !hidden.includes(command) && !but.includes(title) && !UNDER_WAY.test(enablement);
    })
    .map(({ title, category }) => `${category}: ${title}`)
    .sort();
}
