import * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';

/** The part of the Python extension's API that is used. @see https://github.com/microsoft/vscode-python, pythonExtensionApi */
interface PythonApi {
  readonly environments?: {
    readonly getActiveEnvironmentPath?: (resource?: vscode.Uri) => { readonly path?: string } | undefined;
  };
}

const PYTHON_EXTENSION = 'ms-python.python';

/** The interpreter that a person has chosen in the Python extension; undefined without that extension or choice. */
export async function chosenInterpreter(folder: vscode.Uri, log: Log): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>(PYTHON_EXTENSION);
  if (extension === undefined) return undefined;
  try {
    const api = await extension.activate();
    return api.environments?.getActiveEnvironmentPath?.(folder)?.path;
  } catch (error) {
    log.warn(`The Python extension did not tell its interpreter: ${describeError(error)}`);
    return undefined;
  }
}
