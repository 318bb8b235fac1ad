import { basename, relative } from 'node:path';
import type { DjangoProject } from '../project/project.ts';

/** What a name is made of. */
type Named = Pick<DjangoProject, 'root' | 'settingsModule'>;

/**
 * Names of the projects in an open folder, by their roots: what the person has opened. One that lies deeper has its settings
 * package beside it, not the folder of manage.py, which is often called `backend`; where several have the same package, the
 * folder tells them apart.
 */
export function projectNames(
  folder: { readonly name: string; readonly path: string },
  projects: readonly Named[],
): ReadonlyMap<string, string> {
  const packages = projects.map(packageOf);
  return new Map(
    projects.map((project) => {
      const { root } = project;
      const own = packageOf(project);
      const isOnly = packages.filter((one) => one === own).length === 1;
      const deeper = isOnly ? own : relative(folder.path, root);
      const isEnough = root === folder.path || (projects.length === 1 && deeper === folder.name);
      return [root, isEnough ? folder.name : `${folder.name} · ${deeper}`];
    }),
  );
}

/** "config" of "config.settings.production"; of a module without one the folder of the project. */
function packageOf({ root, settingsModule }: Named): string {
  const [first = '', ...rest] = settingsModule.split('.');
  return rest.length === 0 ? basename(root) : first;
}
