import type { Annotation } from '../../history/ranges/annotations.ts';
import { COMMANDS } from '../../contributions.ts';
import type { Row } from '../rows/row.ts';
import { rowAge } from '../rows/rowAge.ts';
import { escapeMarkdown, paragraphs } from '../texts/hover.ts';
import type { DiagnosisRecord, RecordedFinding } from './diagnosisRecord.ts';

const ID = 'diagnosis';
/** Diagnoses below the row. */
const MOST = 5;

/** What was found last, and the way to look again. `records`: of the connection, newest first. `canOpen`: the newest has its report still. */
export function diagnosisRow(records: readonly DiagnosisRecord[], canOpen: boolean, now: Date): Row {
  const [newest] = records;
  const first = newest?.findings[0];
  const description =
    newest === undefined
      ? 'not run yet'
      : `${first?.title ?? 'nothing was found'} · ${rowAge(new Date(newest.at), now)} ago`;
  const children = records.slice(0, MOST).map((record, i) => recordRow(record, i === 0 && canOpen, now));
  return {
    id: ID,
    label: 'Diagnosis',
    description,
    icon: { id: 'search' },
    context: ['value', 'canDiagnose'],
    copy: newest?.sentence ?? description,
    accessible: `Diagnosis: ${description}, button`,
    hover: () =>
      paragraphs([
        'Looks for the causes of high load, of growth, of visitors who are logged out and of connections that run out.',
        'It reads only, with limits, and can be cancelled.',
        escapeMarkdown(newest?.sentence ?? ''),
      ]),
    ...(newest === undefined ? { command: { id: COMMANDS.diagnose, title: 'Diagnose' } } : { children }),
  };
}

function recordRow(record: DiagnosisRecord, canOpen: boolean, now: Date): Row {
  const id = `${ID}/${record.at}`;
  const age = `${rowAge(new Date(record.at), now)} ago`;
  const [first] = record.findings;
  const description = `${age} · ${first?.title ?? 'nothing was found'}`;
  return {
    id,
    label: record.asked,
    description,
    icon: { id: first === undefined ? 'pass' : 'search' },
    context: ['value'],
    copy: record.sentence,
    accessible: `${record.asked}, ${description}`,
    hover: () => escapeMarkdown(record.sentence),
    children: record.findings.map((finding, i) => findingRow(finding, `${id}/${i}`)),
    ...(canOpen ? { command: { id: COMMANDS.openDiagnosis, title: 'Open the report' }, expanded: true } : {}),
  };
}

function findingRow({ title, weight, sentence }: RecordedFinding, id: string): Row {
  return {
    id,
    label: title,
    description: weight,
    icon: { id: 'circle-small-filled' },
    context: ['value'],
    copy: `${title} (${weight}): ${sentence}`,
    accessible: `${title}, ${weight}. ${sentence}`,
    hover: () => paragraphs([`**${escapeMarkdown(title)}** (${escapeMarkdown(weight)})`, escapeMarkdown(sentence)]),
  };
}

/** On the dashboard. */
export function diagnosisMark({ at, sentence }: DiagnosisRecord): Annotation {
  return { kind: 'diagnosis', at: new Date(at), text: `Diagnosis: ${sentence}`, data: { at } };
}
