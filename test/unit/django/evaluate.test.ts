import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Environment } from '../../../src/django/python/evaluation/environment.ts';
import { LoadedFiles } from '../../../src/django/python/evaluation/files.ts';
import { Interpreter } from '../../../src/django/python/interpreter.ts';
import { statementsOf } from '../../../src/django/python/syntax/blocks.ts';
import { parsePython } from '../../../src/django/python/syntax/parse.ts';
import type { Frame, Value } from '../../../src/django/python/values/values.ts';
import { cpuNow } from '../../kit/cpuTime.ts';

/** The value of `x` after the code has run; an unresolved one is its reason after a '?'. */
function evaluate(code: string, environment: Record<string, string> = {}): unknown {
  const frame: Frame = { source: parsePython(code, '/p/settings.py'), package: 'p', names: new Map() };
  const it = new Interpreter({ files: new LoadedFiles('none'), environment: new Environment(environment), root: '/p' });
  it.executeAll(statementsOf(frame.source.tree.topNode), frame);
  const value = frame.names.get('x');
  return value === undefined ? undefined : plain(value);
}

function plain(value: Value): unknown {
  switch (value.t) {
    case 'none':
      return null;
    case 'list':
    case 'tuple':
    case 'set':
      return [...value.items.map(plain), ...(value.open === undefined ? [] : ['…'])];
    case 'dict':
      return Object.fromEntries([...value.entries.values()].map((e) => [String(plain(e.key)), plain(e.value)]));
    case 'object':
      return `<${value.name}>`;
    case 'unresolved':
      return `?${value.why}`;
    default:
      return value.v;
  }
}

/** Python of one expression and its value. */
const EXPRESSIONS: readonly (readonly [string, unknown])[] = [
  ['60 * 60 * 24 * 14', 1_209_600],
  ['0x1F + 0o17 + 0b11 + 1_000', 1049],
  ['7 // 2 - -7 // 2', 7],
  ['-7 % 3', 2],
  ['2 ** 10 / 4', 256],
  ['1.5e3 + 24.', 1524],
  ['True + True', 2],
  ["'a' 'b' + 'c' * 3", 'abccc'],
  [String.raw`'\x41\u00e9\U0001F40E\n\\\q\101'`, 'Aé🐎\n\\\\qA'],
  [String.raw`r'\x41' rb''`, String.raw`\x41`],
  ['f\'{1 + 1}{{}}{"a"!s}\'', '2{}a'],
  ["'%s:%d%%' % ('h', 5)", 'h:5%'],
  ["'{} {1}'.format('a', 'b') if False else '{x}'.format(x=1)", '1'],
  ["' a,b '.strip().split(',')", ['a', 'b']],
  ["','.join(['a', 'b']).upper().replace('A', 'c')", 'c,B'],
  ["'postgres://x'.startswith('postgres')", true],
  ['[1, *[2, 3], *(4,)]', [1, 2, 3, 4]],
  ["{**{'a': 1}, 'b': 2} | {'a': 3}", { a: 3, b: 2 }],
  ["dict([('a', 1)], b=2)", { a: 1, b: 2 }],
  ["{'a': {'b': [1, 2]}}['a']['b'][-1]", 2],
  ["{'a': 1}.get('b', 'c')", 'c'],
  ["'' or None or 'c'", 'c'],
  ["not [] and 1 < 2 and 'a' in 'abc' and 1 not in (2, 3)", true],
  ['None is None and 1 is not None', true],
  ['len([1, 2]) == 2', true],
  ["int(' 42 ') + int(True) + int(2.9)", 45],
  ["bool('False')", true],
  ['str(5) + str(None) + str(True) + str(2.0)', '5NoneTrue2.0'],
  ['list((1, 2)) + [3]', [1, 2, 3]],
  ['(lambda a, b=2: a + b)(1)', 3],
  ["__import__('os')", '?__import__ is not defined where it can be read'],
  ['2 ** 5000', '?2 ** 5000 is computed'],
  ['[i for i in y]', '?y is not defined where it can be read'],
  ["[f'{a}{b}' for a in 'x y'.split() for b in (1, 2) if b != 1]", ['x2', 'y2']],
  ['{k: v for k, v in [(1, 2)]}[1]', 2],
  ["any(a.startswith('--') for a in ['x', '--y'])", true],
  ['all(x for x in [1, y])', '?what is gone through is not known'],
  ["sorted({'b', 'a', 'b'})", ['a', 'b']],
  ['[a + b for a, b in zip(range(3), range(1, 7, 2))]', [1, 4, 7]],
  ['list(filter(lambda x: x > 1, [1, 2, 3]))', [2, 3]],
  ["list(filter(None, ['', 'a', None]))", ['a']],
  ["[i for i, c in enumerate('a b'.split())]", [0, 1]],
  ['list({1, 2})', '?a set has no order'],
  ["open('hunter2').read()", '?the settings read a file that is not there'],
];

test('expressions', () => {
  for (const [code, expected] of EXPRESSIONS) assert.deepEqual(evaluate(`x = ${code}`), expected, code);
});

/** Statements and what `x` is after them. */
const PROGRAMS: readonly (readonly [string, unknown])[] = [
  ['a = x = 4', 4],
  ['(a, b), x = (1, 2), [3]', [3]],
  ['x: int = 5', 5],
  ['x = [1]\ny = x\ny += [2]\ny.append(3)\ny.insert(0, 0)\ny.remove(2)', [0, 1, 3]],
  ['x = (1,)\ny = x\ny += (2,)', [1]],
  ["x = {'a': {}}\nx['a']['b'] = 1\nx.setdefault('c', []).append(2)\ndel x['a']['b']", { a: {}, c: [2] }],
  ['for i in [1, 2, 3]:\n    if i == 2: continue\n    x = i\n    if i == 3: break\nelse:\n    x = 9', 3],
  ['if 1 > 2:\n    x = 1\nelif True:\n    x = 2\nelse:\n    x = 3', 2],
  ['def f(*args, k=1, **kw):\n    return [args, k, kw]\nx = f(1, 2, k=3, z=4)', [[1, 2], 3, { z: 4 }]],
  ['def f(n):\n    return f(n)\nx = f(1)', '?f() calls itself'],
  ["try:\n    x = int('a')\nexcept (TypeError, ValueError):\n    x = 1\nfinally:\n    y = 2", 1],
  ["try:\n    x = {}['a']\nexcept Exception as e:\n    x = 2", 2],
  ["import os\ntry:\n    x = os.environ['A']\nexcept KeyError:\n    x = 'none'", 'none'],
  [
    'from contextlib import suppress\nx = 1\nwith suppress(ImportError):\n    from . import nothing\n    x = 2',
    '?it depends',
  ],
  ['while True:\n    x = 1\n    break', '?a while loop decides it'],
  ['match 1:\n    case 2 | 3:\n        x = 0\n    case n if n > 1:\n        x = 2\n    case 1:\n        x = 1', 1],
  ['match 1:\n    case int():\n        x = 1', '?it depends'],
  ['x = [1]\nif unknown:\n    x.append(2)', [1, '…']],
  ["x = {'a': 1, 'b': 2}\nif unknown:\n    x['a'] = 3", { a: '?it depends', b: 2 }],
  ['def f():\n    if unknown: return 1\n    return 2\nx = f()', '?it depends'],
  ["globals()['x'] = 1\nglobals().update(x=2)", 2],
  ['x = 1\ndef f():\n    global x\n    x = 2\nf()', '?a function changes it'],
  ['class A:\n    x = 1\nx = A.x', '?A is a class of the settings'],
  ['x = y = 1; x += 1', 2],
  ['x = {1, 2}\nx.add(3)', [1, 2, 3]],
  ['from datetime import timedelta\nx = timedelta(weeks=2).days', 14],
  ['import os.path as p\nx = p.join("a", "b", "/c", "d")', '/c/d'],
  ['from pathlib import Path\nx = (Path("/a/b") / "c").parents[1].name', 'a'],
  ['import typing\nx = 1\nif typing.TYPE_CHECKING:\n    x = 2', 1],
];

test('statements', () => {
  for (const [code, expected] of PROGRAMS) {
    const value = JSON.stringify(evaluate(code)).replaceAll(/\?it depends[^"]*/g, '?it depends');
    assert.equal(value, JSON.stringify(expected), code);
  }
});

test('hostile code ends, and what can not be followed to its end is no answer', () => {
  const deep = `x = ${'('.repeat(3_000)}1${')'.repeat(3_000)}`;
  const chain = `x = ${'1 + '.repeat(3_000)}1`;
  const doubling = `x = 'a'\n${'x = x + x\n'.repeat(60)}`;
  const bomb = `x = 'a'\n${"x = f'{x}{x}'.replace('a', x)\n".repeat(60)}`;
  const lists = `x = [1]\n${'x += x\nx = [*x, *x]\nx.extend(x)\nx = x + x\n'.repeat(20)}`;
  const recursion =
    'def f(n):\n    for i in [1] * 1:\n        g(n)\n    return f(n)\ndef g(n):\n    return f(n)\nx = f(0)';
  const loops = `a = [${'1, '.repeat(400)}]\nfor i in a:\n${'    for j in a:\n        x = j\n'.repeat(60)}`;
  const nested = `a = [${'1, '.repeat(400)}]\nfor i in a:\n  for j in a:\n    for k in a:\n      for l in a:\n        x = l`;
  for (const [code, expected] of [
    [deep, /^"\?a syntax error/],
    [chain, /^"\?a syntax error/],
    [doubling, /^"\?the settings are too large to follow"$/],
    [bomb, /^"\?.*is computed"$/],
    [lists, /,"…"\]$/],
    [recursion, /^"\?f\(\) calls itself"$/],
    [loops, /^1$/],
    [nested, /^1$/],
  ] as const) {
    const started = cpuNow();
    const value = JSON.stringify(evaluate(code));
    assert.ok(cpuNow() - started < 5_000, code.slice(0, 60));
    assert.match(value, expected, code.slice(0, 60));
  }
});
