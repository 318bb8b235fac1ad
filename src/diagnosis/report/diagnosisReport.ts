import path from 'node:path';
import { dateFormat } from '../../common/format.ts';
import type { Block, Report } from '../../reports/reportBlocks.ts';
import type { Remedy } from '../cause.ts';
import type { Diagnosis, Finding } from '../diagnose.ts';
import type { Exhibit } from '../exhibit.ts';
import { SYMPTOMS } from '../symptom.ts';
import { askedText, diagnosisSentence, weightText } from './findingTexts.ts';

export interface DiagnosisReportOptions {
  /** Of the connection, as the tree shows it. */
  readonly name: string;
  /** "shop on db.example.org:5432" */
  readonly target: string;
  /** BCP 47 tag. */
  readonly locale: string;
  /** Folder that is open: files in it become links. */
  readonly folder?: string;
}

/** Headings of this level are those of findings, in their order: what offers remedies goes by that. */
export const FINDING_LEVEL = 3;

/** What was found, with the evidence; what was ruled out; and what could not be seen. */
export function diagnosisReport(diagnosis: Diagnosis, options: DiagnosisReportOptions): Report {
  const { findings, ruledOut, unseen, at } = diagnosis;
  const title = `Diagnosis of ${options.name}`;
  const when = dateFormat(options.locale, { dateStyle: 'long', timeStyle: 'medium' }).format(at);
  const blocks: readonly Block[] = [
    heading(1, title),
    list([`Looked for: ${askedText(diagnosis)}`, `Database: ${options.target}`, `Looked at: ${when}`]),
    text(diagnosisSentence(diagnosis)),
    ...(findings.length === 0 ? [] : [heading(2, 'Findings')]),
    ...findings.flatMap((finding) => findingBlocks(finding, options)),
    heading(2, 'Ruled out'),
    ruledOut.length === 0
      ? text('Nothing could be ruled out.')
      : list(ruledOut.map(({ cause, sentence }) => `${cause.title}: no. ${sentence}`)),
    heading(2, 'Not seen'),
    unseen.length === 0
      ? text('All that was looked for could be seen.')
      : list(unseen.map(({ cause, reason, next }) => [`${cause.title}?`, reason, next ?? ''].join(' ').trim())),
  ];
  return { title, blocks };
}

function findingBlocks(finding: Finding, options: DiagnosisReportOptions): Block[] {
  const { cause, sentence, exhibits, remedies } = finding;
  const symptoms = cause.symptoms.map((symptom) => SYMPTOMS[symptom].toLowerCase()).join('; ');
  return [
    heading(FINDING_LEVEL, cause.title),
    text(`${capital(weightText(finding))}. Symptom: ${symptoms}.`),
    text(sentence),
    ...exhibits.flatMap((exhibit) => exhibitBlocks(exhibit, options)),
    ...(remedies.length === 0 ? [] : [text('What to do:'), list(remedies.map(remedyText))]),
  ];
}

function remedyText({ title, text: how }: Remedy): string {
  return how === undefined ? `${title}.` : `${title}: ${how}`;
}

function exhibitBlocks(exhibit: Exhibit, { folder, locale }: DiagnosisReportOptions): Block[] {
  switch (exhibit.kind) {
    case 'figure':
      return [list([exhibit.text])];
    case 'query': {
      const { head, rows, sql } = exhibit;
      const words = head.map((_, column) => column).filter((column) => !rows.every((row) => isFigure(row[column])));
      const answer: Block = rows.length === 0 ? text('No row.') : { kind: 'table', head, rows, words };
      return [{ kind: 'code', language: 'sql', text: sql }, answer];
    }
    case 'code': {
      const { file, line } = exhibit.place;
      const inside = folder === undefined ? '..' : path.relative(folder, file);
      const isInside = !inside.startsWith('..') && !path.isAbsolute(inside);
      const where = `${isInside ? inside : file}${line === undefined ? '' : `, line ${line + 1}`}`;
      const said = `${where}: ${exhibit.text}`;
      if (!isInside) return [list([said])];
      return [{ kind: 'place', text: said, path: inside.split(path.sep).join('/'), line: (line ?? 0) + 1 }];
    }
    case 'log':
      return [list([`From ${exhibit.source}:`]), { kind: 'code', language: 'text', text: exhibit.text }];
    case 'range': {
      const { from, to } = exhibit.range;
      const format = dateFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
      return [list([`${exhibit.text} (dashboard, ${format.format(from)} to ${format.format(to)})`])];
    }
  }
}

/** A cell that is to stand at the right. */
function isFigure(cell: string | undefined): boolean {
  return cell === undefined || cell === '' || /^[−-]?[\d.,]+(?:\s?\S{1,3})?$/u.test(cell);
}

const heading = (level: 1 | 2 | 3, said: string): Block => ({ kind: 'heading', level, text: said });
const text = (said: string): Block => ({ kind: 'text', text: said });
const list = (items: readonly string[]): Block => ({ kind: 'list', items });

function capital(said: string): string {
  return said.charAt(0).toUpperCase() + said.slice(1);
}
