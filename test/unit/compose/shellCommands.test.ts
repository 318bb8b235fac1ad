import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellCommands } from '../../../src/compose/shellCommands.ts';

const words = (script: string): string[] =>
  shellCommands(script).map((one) => one.words.map(({ text }) => text).join('|') + (one.isRedirected ? ' >' : ''));

void test('a script is taken apart as a shell does', () => {
  for (const [script, expected] of [
    ['docker logs web -f', ['docker|logs|web|-f']],
    ["echo 'a b' \"c $(date +'%F %H') d\" \\\n  e # no word", ["echo|a b|c $(date +'%F %H') d|e"]],
    ['a && b || c; d | e &', ['a', 'b', 'c', 'd >', 'e']],
    ['if ! mkdir x 2>/dev/null; then echo "$a" > f; fi', ['if|!|mkdir|x', 'then|echo|$a >', 'fi']],
    ['{ a; }; b{c} ${d:-e f}', ['a', 'b{c}|${d:-e f}']],
    ['cat <<EOF > x\nnot a command; rm\nEOF\nnext', ['cat >', 'next']],
    ['a >&2 b\nc', ['a|b', 'c']],
    ['a > f 2>&1', ['a >']],
    ["x='unclosed", ['x=unclosed']],
    ['$((1 + 2)) `date`', ['$((1 + 2))|`date`']],
    ['', []],
  ] as const)
    assert.deepEqual(words(script), expected, script);
});

void test('its words are where they say', () => {
  const script = 'sudo docker  logs "web blue"';
  const [command] = shellCommands(script);
  assert.deepEqual(
    command?.words.map(({ from, to }) => script.slice(from, to)),
    ['sudo', 'docker', 'logs', '"web blue"'],
  );
});
