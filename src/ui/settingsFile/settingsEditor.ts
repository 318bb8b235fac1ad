import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import { SETTINGS_SECTION } from '../../contributions.ts';
import type { SettingsFileOptions } from '../../django/settings/checks/settingsFile.ts';
import type { ThrottleState } from '../../django/throttle/throttleState.ts';
import type { SettingsFacts } from '../../presentation/settingsFile/facts.ts';
import type { App } from '../connection/app.ts';
import type { Rollback } from '../rollback/rollback.ts';
import { CodeActions } from './codeActions.ts';
import { settingsDiagnostics } from './diagnostics.ts';
import { HoverProvider } from './hoverProvider.ts';
import { LensProvider } from './lensProvider.ts';
import { PYTHON, SettingsDocuments } from './settingsDocuments.ts';
import { SourceDiagnostics } from './sourceDiagnostics.ts';

export interface SettingsEditorParts {
  readonly app: App;
  readonly rollback: Rollback;
  readonly options: (file: string) => SettingsFileOptions;
  readonly log: Log;
}

/** Lenses, hovers, diagnostics and quick fixes in settings files, drawn anew when what they say has changed. */
export function registerSettingsEditor({ app, rollback, options, log }: SettingsEditorParts): Disposable {
  const store = new DisposableStore();
  const documents = new SettingsDocuments({ isProjectFile: (file) => app.isProjectFile(file), options, log });
  const facts = (file: string): SettingsFacts => factsOf(app, rollback, file);
  const lenses = store.add(new LensProvider(documents, facts));
  const diagnostics = store.add(settingsDiagnostics(documents, log));
  store.add(vscode.languages.registerCodeLensProvider(PYTHON, lenses));
  store.add(vscode.languages.registerHoverProvider(PYTHON, new HoverProvider(documents, facts)));
  const source = store.add(new SourceDiagnostics(rollback.watch, options, log));
  const actions = new CodeActions(options, source);
  store.add(vscode.languages.registerCodeActionsProvider(PYTHON, actions, CodeActions.metadata));
  const all = (): void => {
    lenses.changed();
    diagnostics.refresh();
    source.refresh();
  };
  store.add(rollback.watch.onDidChange(all));
  store.add(
    rollback.history.onDidChange(() => {
      lenses.changed();
    }),
  );
  store.add(
    app.onDidChange(() => {
      lenses.changed();
    }),
  );
  store.add(vscode.workspace.onDidGrantWorkspaceTrust(all));
  store.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SETTINGS_SECTION)) all();
    }),
  );
  return store;
}

function decidingIn(state: ThrottleState | undefined, file: string): Pick<SettingsFacts, 'deciding'> {
  const { path, place, state: is } = state?.throttle ?? {};
  if (path === undefined || place?.file !== file || (is !== 'on' && is !== 'off')) return {};
  const { from, to } = place;
  return { deciding: { state: is, path, entry: { from, to }, statement: from, maybe: false } };
}

function factsOf(app: App, rollback: Rollback, file: string): SettingsFacts {
  const { state } = app;
  const { watch, history } = rollback;
  const snapshot = state.kind === 'connected' ? state.monitor.snapshot : undefined;
  const offSince = history.offSince(file);
  const project = watch.state?.project;
  const unused = project !== undefined && project.settingsModule !== '' && !project.files.includes(file);
  const interval = watch.state?.source?.interval?.seconds;
  return {
    ...(state.kind === 'connected' && snapshot !== undefined
      ? { figures: { snapshot, old: state.monitor.kind !== 'live', connection: state.connection.name } }
      : {}),
    ...(offSince === undefined ? {} : { offSince }),
    ...(unused ? { activeModule: project.settingsModule } : {}),
    ...decidingIn(watch.state, file),
    ...(interval === undefined ? {} : { intervalSeconds: interval }),
    locale: vscode.env.language,
    now: new Date(),
  };
}
