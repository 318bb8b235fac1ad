import type * as vscode from 'vscode';
import { clamped } from '../../common/numberRange.ts';
import { LIMITS, MOST_REQUESTS } from '../../benchmark/run/plan.ts';
import { askChoice, askText, type StepPosition, type StepResult } from '../common/steps.ts';

export const BENCHMARK_TITLE = 'Run benchmark';

/** How much load, for each arm. */
export interface Size {
  readonly rounds: number;
  readonly requestsPerRound: number;
  readonly connections: number;
}

export interface SizeAnswer {
  readonly size?: Size;
}

type SizeItem = vscode.QuickPickItem & { readonly size?: Size };

const SIZES: readonly SizeItem[] = [
  {
    label: 'As the guide: 1,000 requests, 10 at a time',
    detail: '5 rounds of 200',
    size: { rounds: 5, requestsPerRound: 200, connections: 10 },
  },
  {
    label: 'Thorough: 5,000 requests, 10 at a time',
    detail: '10 rounds of 500: tells smaller differences from noise',
    size: { rounds: 10, requestsPerRound: 500, connections: 10 },
  },
  {
    label: 'Short: 300 requests, 5 at a time',
    detail: '3 rounds of 100: a first look',
    size: { rounds: 3, requestsPerRound: 100, connections: 5 },
  },
  { label: 'Other…', detail: 'Rounds, requests a round, connections' },
];

export const sizeStep = async <T extends SizeAnswer>(answers: T, position: StepPosition): Promise<StepResult<T>> => {
  const answer = await askChoice(BENCHMARK_TITLE, SIZES, position, 'How much, for each way of asking');
  if (answer.kind !== 'answer') return answer;
  if (answer.value.size !== undefined) return { kind: 'next', answers: { ...answers, size: answer.value.size } };
  const typed = await askText(
    {
      title: BENCHMARK_TITLE,
      prompt: 'Rounds, requests a round, connections',
      value: '10, 500, 10',
      validate: sizeComplaint,
    },
    position,
  );
  return typed.kind === 'answer' ? { kind: 'next', answers: { ...answers, size: sizeOf(typed.value) } } : typed;
};

function sizeOf(text: string): Size {
  const [rounds = NaN, requestsPerRound = NaN, connections = NaN] = text.split(',').map(Number);
  return { rounds, requestsPerRound, connections };
}

function sizeComplaint(text: string): string | undefined {
  const size = sizeOf(text);
  const wrong = (['rounds', 'requestsPerRound', 'connections'] as const).find((key) => {
    return clamped(size[key], LIMITS[key]) !== size[key] || !Number.isInteger(size[key]);
  });
  if (wrong !== undefined || text.split(',').length !== 3) {
    const ranges = [LIMITS.rounds, LIMITS.requestsPerRound, LIMITS.connections].map(
      (one) => `${one.minimum} to ${one.maximum}`,
    );
    return `Enter three whole numbers with commas between them: ${ranges.join(', ')}.`;
  }
  if (2 * size.rounds * size.requestsPerRound > MOST_REQUESTS) return `That is more than ${MOST_REQUESTS} requests.`;
  return size.requestsPerRound < size.connections
    ? 'Each connection has to send one request a round at least.'
    : undefined;
}
