import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Scene } from './scene.ts';

/** The file in which the extension keeps its history, as another program sees it. */

export function historyFolder({ vscode }: { readonly vscode: Pick<Scene['vscode'], 'userDataDir'> }): string {
  return join(vscode.userDataDir, 'User', 'globalStorage', 'django-session-monitor.django-session-monitor', 'history');
}

export async function historyPath(scene: Pick<Scene, 'vscode'>): Promise<string> {
  const files = await readdir(historyFolder(scene)).catch((): string[] => []);
  const file = files.find((name) => name.endsWith('.sqlite') && !name.includes('.aside-'));
  return file === undefined ? assert.fail(`no history among ${files.join()}`) : join(historyFolder(scene), file);
}

export async function query<T>(scene: Pick<Scene, 'vscode'>, sql: string): Promise<readonly T[]> {
  const db = new DatabaseSync(await historyPath(scene), { readOnly: true });
  try {
    return db.prepare(sql).all() as T[];
  } finally {
    db.close();
  }
}

/** Times of the readings that are stored, milliseconds since the epoch, oldest first. */
export async function storedReadings(scene: Pick<Scene, 'vscode'>): Promise<readonly number[]> {
  return (await query<{ at: number }>(scene, 'SELECT at FROM reading ORDER BY at')).map(({ at }) => at);
}

export interface StoredAnnotation {
  readonly kind: string;
  readonly at: number;
  readonly text: string;
}

export function storedAnnotations(scene: Pick<Scene, 'vscode'>): Promise<readonly StoredAnnotation[]> {
  return query<StoredAnnotation>(scene, 'SELECT kind, at, text FROM annotation ORDER BY at, id');
}
