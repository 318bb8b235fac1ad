import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { nodeFileSystem } from '../../src/common/fileSystem.ts';
import { planRestart, type RestartPlan } from '../../src/services/restart/planRestart.ts';
import { IMAGE } from '../kit/container.ts';
import { onEachClient, sh, STAYS } from './support.ts';

/** Web containers that a deploy script has started beside the compose file, as the projects of the guide have them. */
onEachClient('restarting the application', (bench) => {
  let folder = '';
  const plan = (command: readonly string[] = []): Promise<RestartPlan> => {
    const { environment = process.env } = bench.options;
    const place = { root: folder, workspace: folder, files: nodeFileSystem };
    return planRestart({ command, ...place, environment, engines: [bench.options] });
  };
  const named = (...names: string[]): string[] => [bench.options.program, 'restart', ...names];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shop-props-'));
    const compose = [
      'services:',
      '  db: { image: "postgres:16", container_name: shop_props_db_1 }',
      '  session-cleanup:',
      `    image: \${SHOP_IMAGE:-${IMAGE}}`,
      '    container_name: shop_props_session_cleanup',
      '    command: python manage.py clearsessions',
      '',
    ];
    await writeFile(join(folder, 'docker-compose.yml'), compose.join('\n'));
    const labels = { 'com.docker.compose.project': basename(folder), 'com.docker.compose.service': 'session-cleanup' };
    const command = sh(STAYS);
    for (const name of ['web-green', 'web-blue', 'worker'])
      await bench.engine.start({ name: `shop_props_${name}_1`, command });
    await bench.engine.start({ name: 'shop_props_session_cleanup', command, labels });
    await bench.engine.start({ name: 'other_web_1', command: sh('exit 0') });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('what runs with the image of the project is offered, together and each', async () => {
    const { choices, problem } = await plan();
    assert.equal(problem, undefined);
    assert.deepEqual(
      choices.map(({ command }) => command),
      [
        named('shop_props_web-blue_1', 'shop_props_web-green_1'),
        named('shop_props_web-blue_1'),
        named('shop_props_web-green_1'),
      ],
    );
    assert.match(choices[0]?.why ?? '', /the image of this project/u);
  });

  test('a container that is not there is told, and what is there is offered', async () => {
    const { problem, choices } = await plan(named('web-blue', 'shop_props_web-green_1'));
    assert.equal(problem, `${bench.options.program} has no container web-blue.`);
    assert.equal(choices.length, 3);
    assert.deepEqual((await plan(named('shop_props_web-green_1'))).checked?.command, named('shop_props_web-green_1'));
  });

  test('the command that is offered restarts them', async () => {
    const [choice] = (await plan()).choices;
    const startedAt = (): Promise<string> =>
      bench.engine.podman('inspect', '--format', '{{.State.StartedAt}}', 'shop_props_web-blue_1');
    const before_ = await startedAt();
    await bench.engine.podman('restart', '--time', '1', ...(choice?.command.slice(2) ?? []));
    assert.notEqual(await startedAt(), before_);
  });
});
