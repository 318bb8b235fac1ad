import type * as vscode from 'vscode';
import { formatDuration, formatNumber } from '../../common/format.ts';
import { expectedImpact, GUIDE, type Assumptions } from '../../diagnosis/impact/expectedImpact.ts';
import { askChoice, askText, runSteps, type Step } from '../common/steps.ts';

const KEY = 'impactAssumptions';

/** What the arithmetic supposes, as the person left it; the guide's numbers and the present interval before that. */
export function keptAssumptions(memory: vscode.Memento, intervalSeconds: number | undefined): Assumptions {
  const kept = memory.get<Partial<Assumptions>>(KEY);
  const number = (key: keyof Assumptions, otherwise: number): number => {
    const value: unknown = kept?.[key];
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : otherwise;
  };
  return {
    users: number('users', GUIDE.users),
    requestsADay: number('requestsADay', GUIDE.requestsADay),
    intervalSeconds: number('intervalSeconds', intervalSeconds ?? GUIDE.intervalSeconds),
    divisor: number('divisor', GUIDE.divisor),
  };
}

interface Factor {
  readonly key: keyof Assumptions;
  readonly label: string;
  readonly unit: 'number' | 'minutes';
  readonly detail: string;
}

const FACTORS: readonly Factor[] = [
  { key: 'users', label: 'Users a day', unit: 'number', detail: 'The guide supposes 1,000.' },
  { key: 'requestsADay', label: 'Requests of a user a day', unit: 'number', detail: 'The guide supposes 100.' },
  { key: 'intervalSeconds', label: 'Throttle interval', unit: 'minutes', detail: 'The guide supposes 15 minutes.' },
  {
    key: 'divisor',
    label: 'Divided by',
    unit: 'number',
    detail: 'The guide divides the intervals of a day by 6.4, since nobody visits all day, and gives no reason for it.',
  },
];

interface Item extends vscode.QuickPickItem {
  readonly factor?: Factor;
}

/** Shows the formula and lets each of its numbers be changed, until it is taken. undefined: given up. */
export async function askAssumptions(
  start: Assumptions,
  memory: vscode.Memento,
  title: string,
): Promise<Assumptions | undefined> {
  let assumptions = start;
  for (;;) {
    const chosen = await askChoice<Item>(title, itemsOf(assumptions), { step: 1, totalSteps: 0 }, PLACEHOLDER);
    if (chosen.kind !== 'answer') return undefined;
    const { factor } = chosen.value;
    if (factor === undefined) return assumptions;
    const changed = await runSteps([askFactor(factor, title)], assumptions);
    if (changed === undefined) continue;
    assumptions = changed;
    await memory.update(KEY, assumptions);
  }
}

const PLACEHOLDER = 'What the guide’s arithmetic supposes: an estimate, which stands beside what is measured';

function itemsOf(assumptions: Assumptions): readonly Item[] {
  const { unthrottled, throttled, reduction } = expectedImpact(assumptions);
  const n = (value: number): string => formatNumber(Math.round(value));
  return [
    {
      label: '$(check) Show with these numbers',
      description: `≈ ${n(unthrottled)} saves a day without a throttle, ≈ ${n(throttled)} with it`,
      detail: `An expected ${Math.round(reduction * 100)}% fewer: arithmetic, not a measurement`,
    },
    ...FACTORS.map((factor): Item => {
      const { key, label, unit, detail } = factor;
      const value = assumptions[key];
      const description = unit === 'minutes' ? formatDuration(value) : formatNumber(value);
      return { label: `$(edit) ${label}`, description, detail, factor };
    }),
  ];
}

function askFactor({ key, label, unit, detail }: Factor, title: string): Step<Assumptions> {
  const scale = unit === 'minutes' ? 60 : 1;
  return async (answers, position) => {
    const answer = await askText(
      {
        title,
        prompt: `${label}${unit === 'minutes' ? ', in minutes' : ''}. ${detail}`,
        value: String(answers[key] / scale),
        validate: (text) => (isPositive(text) ? undefined : 'A number above 0.'),
      },
      { ...position, totalSteps: 0 },
    );
    if (answer.kind !== 'answer') return { kind: answer.kind };
    return { kind: 'next', answers: { ...answers, [key]: Number(answer.value) * scale } };
  };
}

const MOST = 1e9;

function isPositive(text: string): boolean {
  const value = Number(text);
  return text.trim() !== '' && value > 0 && value <= MOST;
}
