import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeNode } from '../../../src/django/python/syntax/describe.ts';
import { parsePython } from '../../../src/django/python/syntax/parse.ts';
import { syntaxProblems } from '../../../src/django/python/syntax/problems.ts';

const problems = (text: string): string[] => syntaxProblems(parsePython(text)).map((p) => p.message);

test('Python that is valid has no syntax problem', () => {
  const valid = [
    '',
    '\uFEFFx = 1\n',
    'x = 1\r\ny = 2\r\n',
    'def f():\n    yield\n',
    'x = (yield)\n',
    'x = 24.\ny = [1., 2.*3.]\n',
    'x = 1\n\f\ny = 2\n',
    'match x:\n    case A():\n        pass\n    case B() | C():\n        pass\n',
    'x = f"{a!r:>{w}} {b=} {c["d"]}"\n',
    'if (n := 10) > 5: pass\n',
    'def f(a, /, b, *, c): ...\n',
    'try:\n    pass\nexcept* ValueError:\n    pass\n',
    'async def f():\n    async with a as b: await b\n',
  ];
  for (const text of valid) assert.deepEqual(problems(text), [], JSON.stringify(text));
});

test('a long file has none either', () => {
  const blocks = Array.from(
    { length: 1500 },
    (_, i) => `# Setting ${i}\nSETTING_${i} = ["a", ("b", ${i}), {"c": None}]\n`,
  );
  assert.deepEqual(problems(blocks.join('\n')), []);
});

test('a syntax problem has its line, and never the text of a string', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['x = 1\ny = [1,\n  2\nz = 3\n', /line 2: '\[' is not closed/],
    ["x = {'a': 1 'b': 2}\n", /line 1/],
    ['x = = 2\n', /line 1: invalid syntax/],
    ["print 'hunter2'\n", /line 1: 'print' without parentheses/],
    ["x = 'hunter2\ny = 1\n", /line 1/],
    ['def f(:\n    pass\n', /line 1/],
  ];
  for (const [text, expected] of cases) {
    const [first = ''] = problems(text);
    assert.match(first, expected, text);
    assert.ok(!problems(text).join().includes('hunter2'));
  }
});

test('offsets are of the text as given', () => {
  const text = `\uFEFF# é 🐎\nx = = 2\n`;
  const [problem] = syntaxProblems(parsePython(text));
  assert.equal(text.slice(problem?.from, problem?.to), '=');
});

test('an expression is described without its strings', () => {
  const source = parsePython(`get_secret("hunter2", f'{x}',\n  key=b"k")`);
  const node = source.tree.topNode.firstChild;
  assert.ok(node);
  assert.equal(describeNode(source, node), "get_secret('…', '…', key='…')");
});
