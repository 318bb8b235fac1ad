import type * as vscode from 'vscode';
import type { ProductionJudgement } from '../../../django/describe/production.ts';
import type { Connection } from '../../../monitoring/watch/connection.ts';

interface Mark {
  /** It holds for this target only: the same project may lead to another server tomorrow. */
  readonly target: string;
  readonly production: boolean;
}

/** Whether a database is production, as the person has said with a click: kept for them in this workspace, in no file of it. */
export class ProductionMarks {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  of(id: string, target: string): ProductionJudgement | undefined {
    const mark = this.#memory.get<Mark>(keyOf(id));
    if (mark?.target !== target) return undefined;
    return {
      value: mark.production,
      why: `You have said that it is ${mark.production ? 'production' : 'no production'}.`,
    };
  }

  async set({ id, target }: Pick<Connection, 'id' | 'target'>, production: boolean): Promise<void> {
    await this.#memory.update(keyOf(id), { target, production } satisfies Mark);
  }
}

const keyOf = (id: string): string => `production/${id}`;
