import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePython } from '../../../src/django/python/syntax/parse.ts';
import { SessionWriteFinder, type FoundWrite } from '../../../src/django/sessionWrites/findSessionWrites.ts';
import { installedRoots } from '../../../src/django/sessionWrites/sourceFiles.ts';
import { writesIn } from '../../../src/django/sessionWrites/writesIn.ts';
import { below, memoryFileSystem } from './memory.ts';

/** Kind and key of each write, as 'sets x', with the conditions on the way to it. */
function written(python: string): string[] {
  return writesIn(parsePython(python)).map(({ how, key, guards }) => {
    const name =
      key === undefined ? '' : 'name' in key ? ` ${key.name}${key.isPrefix ? '*' : ''}` : ` ${key.constant}?`;
    const tests = guards.map(({ test: text, negated }) => `${negated ? 'not ' : ''}(${text})`);
    return [`${how}${name}`, ...tests].join(' if ');
  });
}

test('all that is done to a session is found, by the syntax of Python', () => {
  const lines: readonly (readonly [python: string, ...found: string[]])[] = [
    [`request.session['x'] = 1`, 'sets x'],
    [`request.session["x"]['y'] += 1`, 'sets x'],
    [`self.request.session[KEY] = a = 1`, 'sets KEY?'],
    [`a = request.session['x'] = {}`, 'sets x'],
    [`request.session['a'], other = 1, 2`, 'sets a'],
    [`del request.session['a'], b`, 'removes a'],
    [`request.session.pop('a', None)`, 'removes a'],
    [`x = request.session.setdefault('a', [])`, 'sets a'],
    [`request.session.update({'a': 1, B: 2}, c=3)`, 'sets a', 'sets B?', 'sets c'],
    [`await request.session.aset('a', 1)`, 'sets a'],
    [`request.session.set_expiry(300)`, 'expiry'],
    [`request.session.modified = True`, 'modified'],
    [`request.session.modified = False`],
    [`request.session.save(); session.create()`, 'saves', 'saves'],
    [`request.session.cycle_key()`, 'key'],
    [`auth_login(request, user)`, 'key'],
    [`login(self.request, user)`, 'key'],
    [`messages.success(request, 'Done')`, 'message'],
    [`request.session[f'seen_{id}'] = 1`, 'sets seen_*'],
    [`request.session['seen_' + id] = 1`, 'sets seen_*'],
    [`request.session['seen_%s' % id] = 1`, 'sets seen_*'],
    [`request.session['seen_{}'.format(id)] = 1`, 'sets seen_*'],
    [`request.session[getattr(settings, 'CART_ID', 'cart')] = 1`, 'sets CART_ID?'],
    [`request.session[key()] = 1`, 'sets'],
    [`s = request.session\ns['x'] = 1`, 'sets x'],
    // What only looks like it.
    [`x = request.session['x']`],
    [`request.session.get('x')`],
    [`requests.Session().headers['x'] = 1`],
    [`db.session.add(x)`],
    [`print("request.session['x'] = 1")`],
    [`# request.session['x'] = 1`],
    [`login(user)`],
  ];
  for (const [python, ...found] of lines) assert.deepEqual(written(python), found, python);
});

test('what has to be so that a write runs is told', () => {
  const python = `
def visit(request):
    if request.user.is_authenticated:
        request.session['a'] = 1
    elif x:
        request.session['b'] = 1
    else:
        request.session['c'] = 1
    if not request.session.session_key:
        return
    for i in range(3):
        request.session['d'] = 1 if y else request.session.pop('e')
    def inner():
        request.session['f'] = 1
`;
  assert.deepEqual(written(python), [
    'sets a if (request.user.is_authenticated)',
    'sets b if (x) if not (request.user.is_authenticated)',
    'sets c if not (x) if not (request.user.is_authenticated)',
    'sets d if not (not request.session.session_key)',
    'removes e if not (y) if not (not request.session.session_key)',
    'sets f',
  ]);
});

const FILES = below('/p', {
  'shop/keys.py': `CART = 'cart'\nTWICE = 'a'\n`,
  'shop/other.py': `TWICE = 'b'\n`,
  'shop/cart.py': `
from django.conf import settings
from .keys import CART, TWICE
KEY = 'own'

class Cart:
    NAME = 'of_class'
    def save(self):
        self.session[CART] = self.session[TWICE] = self.session[KEY] = 1
        self.session[self.NAME] = 1
        self.session[settings.WISH_ID] = 1
        self.session[getattr(settings, 'GIFT_ID', 'gift')] = 1
`,
  'shop/middleware/__init__.py': `from .visits import Visits\n`,
  'shop/middleware/visits.py': `class Visits:\n    def __call__(self, request):\n        request.session['n'] = 1\n`,
  'shop/context.py': `def seen(request):\n    request.session['s'] = 1\n`,
  'shop/tests/test_cart.py': `request.session['tested'] = 1\n`,
  'env/pyvenv.cfg': '',
  'env/lib/python3.12/site-packages/log/m.py': `class Log:\n    def f(self, request):\n        request.session['log'] = 1\n`,
  'env/lib/python3.12/site-packages/unused/m.py': `request.session['unused'] = 1\n`,
});
const SETTINGS = {
  middleware: ['shop.middleware.Visits', 'log.m.Log'],
  contextProcessors: ['shop.context.seen'],
  texts: new Map([['WISH_ID', 'wishes']]),
};

async function find(finder: SessionWriteFinder): Promise<readonly FoundWrite[]> {
  const fs = memoryFileSystem(FILES);
  const installed = await installedRoots(fs, ['/p/env/lib/python3.12/site-packages'], SETTINGS.middleware);
  return (await finder.find({ roots: [{ folder: '/p', isInstalled: false }, ...installed], settings: SETTINGS }))
    .writes;
}

test('the code of the project and of the packages that the settings name is looked through, and constants are looked up', async () => {
  const writes = await find(new SessionWriteFinder(memoryFileSystem(FILES)));
  assert.deepEqual(
    writes.map(({ entry, role, owner, isInstalled }) => [entry?.name, role, owner, isInstalled]),
    [
      ['cart', 'other', 'Cart', false],
      [undefined, 'other', 'Cart', false],
      ['own', 'other', 'Cart', false],
      ['of_class', 'other', 'Cart', false],
      ['wishes', 'other', 'Cart', false],
      ['gift', 'other', 'Cart', false],
      ['s', 'contextProcessor', 'seen', false],
      ['n', 'middleware', 'Visits', false],
      ['log', 'middleware', 'Log', true],
    ],
  );
});

test('a search is bounded, can be given up, and parses a file again only when it has changed', async () => {
  const text = `request.session['x'] = 1\n`;
  const many = below('/p', Object.fromEntries(Array.from({ length: 7_000 }, (_, i) => [`m${i}.py`, text])));
  const finder = new SessionWriteFinder(memoryFileSystem(many));
  const search = { roots: [{ folder: '/p', isInstalled: false }], settings: SETTINGS };
  const first = await finder.find(search);
  assert.ok(!first.complete && first.files <= 6_000);
  const again = await finder.find(search);
  assert.deepEqual(again.writes[0]?.guards, first.writes[0]?.guards);
  assert.equal(again.writes[0]?.guards, first.writes[0]?.guards, 'the same object');
  const controller = new AbortController();
  controller.abort(new Error('given up'));
  await assert.rejects(finder.find({ ...search, signal: controller.signal }), /given up/u);
});

test('text that is no Python, or very deep, is no reason to fail', async () => {
  const deep = `request.session['x'] = ${'['.repeat(5_000)}\n${'if a:\n '.repeat(300)}request.session['y'] = 1`;
  const files = below('/p', { 'a.py': deep, 'b.py': '\0request.session[\uFFFF', 'c.py': `request.session['z'] = 1` });
  const { writes } = await new SessionWriteFinder(memoryFileSystem(files)).find({
    roots: [{ folder: '/p', isInstalled: false }],
    settings: SETTINGS,
  });
  assert.ok(writes.some(({ entry }) => entry?.name === 'z'));
});
