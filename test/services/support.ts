import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { Problem } from '../../src/common/problem.ts';
import { ContainerCleanupService } from '../../src/services/cleanupService/cleanupService.ts';
import { LogPattern } from '../../src/services/cleanupService/log/logPattern.ts';
import type { CleanupReading } from '../../src/services/cleanupService/reading.ts';
import type { EngineOptions } from '../../src/services/containers/engine.ts';
import type { ContainerTarget } from '../../src/services/containers/locateContainer.ts';
import type { LogLine } from '../../src/services/containers/logLines.ts';
import { ensureTool, skipWithout } from '../kit/apt.ts';
import { engineOrSkip, type TestEngine } from '../kit/container.ts';

export interface Bench {
  readonly engine: TestEngine;
  /** How the extension is to talk to it. */
  readonly options: EngineOptions;
  service(target: ContainerTarget, pattern?: string): ContainerCleanupService;
}

/** One engine for all tests of a file; its containers go with it. */
export const engine = await engineOrSkip();
export const dockerMissing = await skipWithout('docker');
after(async () => engine.engine?.stop());

/** Runs the tests with a real engine, spoken to by podman's command line and by docker's: `bench` is filled before they start. */
export function onEachClient(name: string, tests: (bench: Bench) => void): void {
  for (const client of ['podman', 'docker'] as const) {
    const skip = engine.skip ?? (client === 'docker' ? dockerMissing : undefined);
    describe(`${name}, by ${client}`, { skip: skip ?? false }, () => {
      let options: EngineOptions | undefined;
      before(async () => {
        if (engine.skip !== undefined) return;
        const { environment } = engine.engine;
        options =
          client === 'podman'
            ? { program: await ensureTool('podman'), environment }
            : {
                program: await ensureTool('docker'),
                environment: { ...environment, DOCKER_HOST: await engine.engine.serve() },
              };
      });
      after(async () => {
        if (engine.skip === undefined) await engine.engine.podman('rm', '--force', '--all', '--time', '0');
      });
      tests({
        get engine() {
          assert.ok(engine.engine);
          return engine.engine;
        },
        get options() {
          assert.ok(options);
          return options;
        },
        service(target, pattern) {
          return new ContainerCleanupService({ target, engines: [this.options], pattern: new LogPattern(pattern) });
        },
      });
    });
  }
}

/** Stays up, and ends at once when it is told to. */
export const STAYS = 'trap "exit 0" TERM INT; sleep 1000 & wait';
export const sh = (script: string): string[] => ['sh', '-c', script];

/** Runs `read` until what it gives fits. */
export async function until<T>(
  read: () => Promise<T>,
  fits: (value: T) => boolean,
  what: string,
  ms = 30_000,
): Promise<T> {
  for (const deadline = Date.now() + ms; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const value = await read();
    if (fits(value)) return value;
    assert.ok(Date.now() < deadline, `${what} did not happen within ${ms} ms; last: ${inspectShort(value)}`);
  }
}

function inspectShort(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v)).slice(0, 1_500);
}

/** A reading without a problem; its texts in a failure. */
export function answered(reading: CleanupReading): CleanupReading {
  assert.equal(reading.problem?.message, undefined);
  return reading;
}

export const texts = (lines: readonly LogLine[]): string[] => lines.map((line) => line.text);

export async function rejectsWith(promise: Promise<unknown>, code: string): Promise<Problem> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Problem, `expected a Problem ${code}, got ${String(error)}`);
  assert.equal(error.code, code, error.message);
  for (const text of [error.what, error.why, error.next]) assert.notEqual(text, '');
  assert.match(error.why, /\.$/u);
  return error;
}
