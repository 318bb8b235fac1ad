import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseComposeFile } from '../../src/compose/composeFile.ts';
import { interpolate } from '../../src/compose/composeVariables.ts';
import { commandWords } from '../../src/compose/commandWords.ts';
import { commandFindings } from '../../src/services/cleanupService/command/commandFindings.ts';
import { answered, onEachClient, until } from './support.ts';

const hour = String(new Date().getUTCHours()).padStart(2, '0');

/** A loop that finds its hour at once; `dollar` is what stands before the variables of the shell. */
const composeText = (dollar: string): string => `services:
  janitor:
    command: >
      sh -c "
      hour=${dollar}(date -u +%H);
      if [ \\"${dollar}hour\\" = '${hour}' ] || true; then
        echo '[Janitor] Running cleanup';
        echo '[Janitor] Cleanup completed. Next run tomorrow at ${hour}:00 UTC';
      fi"
`;

/** What the findings in a compose file foretell is what a real shell does with the words that Compose gives it. */
onEachClient('the command of a compose file', (bench) => {
  for (const { name, dollar, outcome, codes } of [
    { name: 'broken', dollar: String.raw`\$`, outcome: 'failed', codes: ['compose-dollar', 'compose-command-cut'] },
    { name: 'right', dollar: '$$', outcome: 'succeeded', codes: [] },
  ] as const) {
    test(`${name}: ${outcome}`, async () => {
      const file = parseComposeFile('/w/docker-compose.yml', composeText(dollar));
      const [service] = file.services;
      assert.ok(typeof service?.command?.value === 'string');
      assert.deepEqual([...new Set(commandFindings(file, service).map(({ code }) => code))], codes);
      const command = commandWords(interpolate(service.command.value, {})).words;
      await bench.engine.start({ name: `janitor-${name}`, command });
      const watched = bench.service({ containerName: `janitor-${name}` });
      const { log } = await until(
        async () => answered(await watched.read()),
        ({ state }) => state === 'stopped',
        'the end of the container',
      );
      assert.ok(log);
      assert.deepEqual(
        log.runs.map((run) => run.outcome),
        [outcome],
      );
      if (outcome === 'failed') assert.match(log.runs[0]?.failure ?? '', /syntax error|unterminated/iu);
      else assert.equal(log.nextDue?.toISOString().slice(11), `${hour}:00:00.000Z`);
    });
  }
});
