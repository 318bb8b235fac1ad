import type * as vscode from 'vscode';
import { filled } from '../../common/filled.ts';
import type { SessionModel } from '../../django/project/sessions/sessionModel.ts';
import type { SessionTable } from '../../postgres/table/readings.ts';
import { DJANGO_SESSION } from '../../postgres/table/tableName.ts';
import { getSetting } from '../settings/settings.ts';

/** As the settings of this extension say, else as the model of SESSION_ENGINE does, else Django's own. */
export function watchedTable(sessions: SessionModel | undefined, folder: vscode.Uri | undefined): SessionTable {
  const [name, schema] = [filled(getSetting('table', folder)), filled(getSetting('schema', folder))];
  return {
    name: name ?? sessions?.table ?? DJANGO_SESSION.name,
    ...optionalSchema(schema ?? (name === undefined ? sessions?.schema : undefined)),
  };
}

export function optionalSchema(schema: string | undefined): { readonly schema?: string } {
  return schema === undefined ? {} : { schema };
}
