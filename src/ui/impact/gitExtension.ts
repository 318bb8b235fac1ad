import * as vscode from 'vscode';

/**
 * What is used here of the API of VS Code's own git extension.
 * @see https://github.com/microsoft/vscode/blob/main/extensions/git/src/api/git.d.ts
 */

export interface GitCommit {
  readonly hash: string;
  readonly message: string;
  /** Not in every version. */
  readonly commitDate?: Date;
  readonly authorDate?: Date;
}

export interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly state: {
    readonly HEAD: { readonly commit?: string } | undefined;
    readonly onDidChange: vscode.Event<void>;
  };
  log(options: { readonly path: string; readonly maxEntries: number }): Promise<readonly GitCommit[]>;
  /** As `git blame` prints it. */
  blame(path: string): Promise<string>;
}

export interface GitApi {
  readonly repositories: readonly GitRepository[];
  readonly onDidOpenRepository: vscode.Event<GitRepository>;
  getRepository(uri: vscode.Uri): GitRepository | null;
}

interface GitExtension {
  readonly enabled: boolean;
  /** Throws while it is switched off. */
  getAPI(version: 1): GitApi;
}

/** undefined: there is no such extension, it could not be started, or the person has switched it or git off. */
export async function gitApi(): Promise<GitApi | undefined> {
  // What has failed to start counts as active and exports nothing.
  const extension = vscode.extensions.getExtension<GitExtension | undefined>('vscode.git');
  if (extension === undefined) return undefined;
  const git = extension.isActive ? extension.exports : await extension.activate();
  return git?.enabled === true ? git.getAPI(1) : undefined;
}
