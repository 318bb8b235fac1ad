import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseComposeFile } from '../../../src/compose/composeFile.ts';
import { commandWords, scriptOf } from '../../../src/compose/commandWords.ts';
import { clockWindow } from '../../../src/services/cleanupService/command/clockWindow.ts';
import type { CommandFinding } from '../../../src/services/cleanupService/command/commandFinding.ts';
import { commandFindings } from '../../../src/services/cleanupService/command/commandFindings.ts';

const NIGHTLY = `services:
  janitor:
    image: shop
    command: >
      sh -c "
      while true; do
        hour=\\$(date -u +%H);
        minute=\\$(date -u +%M);
        if [ \\"\\$hour\\" = '03' ] && [ \\"\\$minute\\" -lt '05' ]; then
          echo 'Running cleanup at \\$(date)';
          python manage.py clearsessions;
          sleep 3600;
        else
          sleep 300;
        fi;
      done"
`;

function findingsIn(
  text: string,
  variables: Readonly<Record<string, string>> = {},
): (CommandFinding & { line: number; text: string })[] {
  const file = parseComposeFile('/w/docker-compose.yml', text, variables);
  return file.services
    .flatMap((service) => commandFindings(file, service))
    .map((one) => ({ ...one, line: text.slice(0, one.from).split('\n').length, text: text.slice(one.from, one.to) }));
}

const short = (text: string, variables?: Readonly<Record<string, string>>): string[] =>
  findingsIn(text, variables).map((one) => `${one.line} ${one.code} ${one.text}`);

test('a backslash does not protect a dollar from Compose, and the script is cut where it was', () => {
  assert.deepEqual(short(NIGHTLY), [
    '7 compose-dollar \\$(',
    '8 compose-dollar \\$(',
    '9 compose-dollar \\$hour',
    '9 compose-dollar \\$minute',
    '10 compose-dollar \\$(',
    '10 quoted-date \\$(date)',
    '9 compose-command-cut \\$hour',
    '14 window-missed sleep 300',
  ]);
  const cut = findingsIn(NIGHTLY).find(({ code }) => code === 'compose-command-cut');
  assert.match(
    cut?.message ?? '',
    /^The shell gets this script only up to ‘.*if \[ "\\’, and ends with a syntax error\.$/u,
  );
});

test('two dollars are one of the shell’s', () => {
  const right = NIGHTLY.replaceAll('\\$', '$$$$')
    .replace("'Running cleanup at $$(date)'", '\\"Running cleanup at $$(date)\\"')
    .replace('sleep 300', 'sleep 60');
  assert.deepEqual(short(right), []);
});

test('a variable of Compose’s own is left alone, one that the script sets is not', () => {
  const file = (command: string): string => `services:\n  a:\n    command: ${command}\n`;
  assert.deepEqual(short(file('sh -c "sleep $INTERVAL; python manage.py clearsessions"')), []);
  assert.deepEqual(short(file(`sh -c "for i in 1 2; do echo $i; done"`)), ['3 compose-dollar $i']);
  assert.deepEqual(short(file('["sh", "-c", "n=1; echo $n $$n ${HOME}"]')), ['3 compose-dollar $n']);
  const withEnvironment = file('sh -c "sleep $EVERY; $OTHER"\n    environment: { EVERY: 60 }');
  assert.deepEqual(short(withEnvironment), ['3 compose-dollar $EVERY']);
  assert.deepEqual(short(withEnvironment, { EVERY: '60' }), []);
  const [set] = findingsIn(file('["sh", "-c", "HOME=1; echo $HOME"]'), { HOME: '/root' });
  assert.match(set?.message ?? '', /puts what that is where Compose runs in its place/u);
  assert.deepEqual(short('services:\n  a: { image: b }\n  c:\n    command: [x]\n'), []);
});

test('a window of time that is slept through', () => {
  const loop = (format: string, check: string, sleep: string): string =>
    `while true; do now=$(date +${format}); if [ "$now" ${check} ]; then run; sleep 61; else sleep ${sleep}; fi; done`;
  for (const [script, expected] of [
    [loop('%H', '= 03', '30m'), { lasts: 3_600, every: 1_800 }],
    [loop('%H', '-eq 3', '2h'), { lasts: 3_600, every: 7_200 }],
    [loop('%H:%M', '= 03:00', '300'), { lasts: 60, every: 300 }],
    [loop('%H%M', '== 0300', '20'), { lasts: 60, every: 20 }],
    [
      'while true; do if [ `date +%H` -eq 3 ] && [ `date +%M` -le 9 ]; then run; fi; sleep 900; done',
      { lasts: 600, every: 900 },
    ],
    [
      'while true; do if [ "$(date +%H)" = 03 ] && [ "$(date +%M)" = 00 ]; then run; fi; sleep 60; done',
      { lasts: 60, every: 60 },
    ],
    ['while true; do run; sleep 86400; done', undefined],
    ['if [ "$(date +%H)" = 03 ]; then run; fi', undefined],
  ] as const) {
    assert.deepEqual(clockWindow(script), expected, script);
  }
});

test('a command is taken apart as Compose does', () => {
  for (const [text, expected] of [
    ['python manage.py clearsessions', ['python', 'manage.py', 'clearsessions']],
    [`sh -c "echo 'a b'; sleep 1"`, ['sh', '-c', "echo 'a b'; sleep 1"]],
    ['sh -c "echo \\"x\\" \\\\ \\$HOME"', ['sh', '-c', 'echo "x" \\ $HOME']],
    [`a '' "b"c`, ['a', '', 'bc']],
    ['a b; c', ['a', 'b']],
    ['a && b', ['a']],
  ] as const) {
    assert.deepEqual(commandWords(text).words, expected, text);
  }
  assert.equal(commandWords('a "b').refused, true);
  assert.equal(commandWords('a; b').lostFrom, 1);
  assert.equal(scriptOf(['/bin/bash', '-lc', 'x', 'y']), 'x');
  assert.equal(scriptOf(['tini', '--', 'sh', '-c', 'x']), 'x');
  assert.equal(scriptOf(['gunicorn', '-c', 'x']), undefined);
});
