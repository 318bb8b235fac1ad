import type { DjangoProject } from '../../../django/project/project.ts';
import { showInformationMessage, showQuickPick } from '../../common/messages.ts';

const CHOOSE = 'Choose…';

/** Asks in which of its databases the sessions of a project are; undefined: the person does not say. */
export async function askSessionAlias(
  { databases, sessions }: DjangoProject,
  name: string,
): Promise<string | undefined> {
  const text = `Which of its ${String(databases.length)} databases has the sessions of ${name} is decided by code: ${sessions?.aliasWhy ?? ''}.`;
  if ((await showInformationMessage(text, CHOOSE)) !== CHOOSE) return undefined;
  const items = databases.map(({ alias, name: database = '', host = '' }) => ({
    label: alias,
    description: [database, host].filter((part) => part !== '').join(' on '),
  }));
  return (await showQuickPick(items, { title: `Which database are the sessions of ${name} in?` }))?.label;
}
