import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseContainers } from '../../../src/services/containers/container.ts';

const one = (state: object, more: object = {}): string =>
  JSON.stringify([{ Id: 'abc', Name: '/shop', State: { Status: 'running', ...state }, ...more }]);

/** As docker and podman of several versions write it; the tests in test/services read it from real ones. */
test('what inspect says', () => {
  const health = { Status: 'unhealthy', FailingStreak: 3, Log: [{ Output: 'old' }, { Output: ' no python\n' }] };
  for (const [json, expected] of [
    [one({}), { phase: 'running', name: 'shop', restartCount: 0, restartPolicy: 'no' }],
    [
      one({ Status: 'exited', ExitCode: 137, OOMKilled: true, FinishedAt: '2025-11-09T14:00:00.5Z' }),
      { phase: 'stopped', exitCode: 137, outOfMemory: true },
    ],
    [
      one({ Status: 'stopped', ExitCode: 0, FinishedAt: '0001-01-01T00:00:00Z' }),
      { phase: 'stopped', exitCode: undefined },
    ],
    [one({ Status: 'configured' }), { phase: 'stopped' }],
    [one({ Status: 'hibernating' }), { phase: 'other', status: 'hibernating' }],
    [one({ Health: health }), { health: 'unhealthy', healthOutput: 'no python' }],
    [one({ Healthcheck: { Status: 'healthy' } }), { health: 'healthy' }],
    [one({ Health: { Status: '', Log: null } }), { health: undefined }],
    [one({ Health: { Status: 'none' } }), { health: undefined }],
    [one({}, { Config: { Labels: { a: 'b', c: 5 } }, LogPath: '/x.log' }), { labels: { a: 'b' }, logPath: '/x.log' }],
    [
      one({}, { Config: { Labels: null }, HostConfig: { LogConfig: { Type: 'k8s-file', Path: '/y.log' } } }),
      { labels: {}, logDriver: 'k8s-file', logPath: '/y.log' },
    ],
    [
      one({}, { HostConfig: { RestartPolicy: { Name: 'always' } }, RestartCount: 4 }),
      { restartPolicy: 'always', restartCount: 4 },
    ],
    [one({}, { NetworkSettings: { Ports: { '5432/tcp': null, '80/tcp': [] } } }), { published: undefined }],
    [
      one(
        {},
        {
          NetworkSettings: {
            Ports: {
              '5432/tcp': [
                { HostIp: '0.0.0.0', HostPort: '49153' },
                { HostIp: '::', HostPort: '49153' },
              ],
              '53/udp': [{ HostIp: '', HostPort: '53' }],
              '80/tcp': [{ HostIp: '', HostPort: '8080' }],
              '81/tcp': [{ HostIp: '::', HostPort: '8081' }],
            },
          },
        },
      ),
      {
        published: new Map([
          [80, { host: '127.0.0.1', port: 8080 }],
          [81, { host: '::1', port: 8081 }],
          [5432, { host: '127.0.0.1', port: 49_153 }],
        ]),
      },
    ],
  ] as const) {
    const [container] = parseContainers(json) ?? [];
    for (const [name, value] of Object.entries(expected)) {
      assert.deepEqual(container?.[name as keyof typeof container], value, `${name} of ${json}`);
    }
  }
});

test('what is not the answer of an engine', () => {
  for (const text of ['', 'hello', '{}', '5', 'null']) assert.equal(parseContainers(text), undefined, text);
  for (const text of ['[]', '[null]', '[{}]', '[{"Id":"x"}]']) assert.deepEqual(parseContainers(text), [], text);
});
