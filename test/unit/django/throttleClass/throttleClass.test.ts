import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { readProject } from '../../../../src/django/project/findProject.ts';
import { findThrottleClass, type ThrottleClass } from '../../../../src/django/throttle/throttleClass.ts';
import { managePy } from '../../../django/corpus/kit.ts';
import { below, memoryFileSystem } from '../memory.ts';
import { THROTTLES } from './methods.ts';
import { made, NAME, SHAPES } from './shapes.ts';

const ROOT = '/srv/shop';

type Files = Readonly<Record<string, string>>;

async function find(files: Files, dotted = `shop.middleware.${NAME}`): Promise<ThrottleClass | undefined> {
  const fs = memoryFileSystem(
    below(ROOT, { 'manage.py': managePy('shop.settings'), 'shop/settings.py': '', ...files }),
  );
  const project = await readProject(fs, ROOT, { environment: {} });
  return await findThrottleClass(fs, project, dotted);
}

for (const [name, text, settings, seconds, called, place] of SHAPES) {
  test(`the interval: ${name}`, async () => {
    const files: Files = { 'shop/middleware.py': text, 'shop/settings.py': settings };
    const found = await find(files);
    assert.equal(found?.file, path.join(ROOT, 'shop/middleware.py'));
    assert.equal(text.slice(found.from, found.to), NAME);
    const { interval, why } = found;
    assert.deepEqual([interval?.seconds, interval?.name, why], [seconds, called, undefined]);
    const owner = files[path.relative(ROOT, interval?.file ?? '')] ?? '';
    assert.equal(owner.slice(interval?.from, interval?.to), place);
  });
}

for (const { name, text, settings, seconds, called } of THROTTLES) {
  test(`the interval by ${name}`, async () => {
    const found = await find({ 'shop/middleware.py': text, 'shop/settings.py': settings });
    assert.equal(found?.interval?.seconds, seconds, found?.why);
    if (called !== undefined) assert.equal(found?.interval?.name, called);
    if (seconds === undefined) assert.match(found?.why ?? '', /same at each request/);
  });
}

const CLASS = made({ module: 'from .constants import THROTTLE_INTERVAL as EVERY', due: 'now - last > EVERY' });

/** Where the class is: files, and the file of the class; none: it is nowhere in the project. */
const PLACES: readonly (readonly [string, Files, string | undefined])[] = [
  [
    'in src',
    { 'src/shop/middleware.py': CLASS, 'src/shop/constants.py': 'THROTTLE_INTERVAL = 900\n' },
    'src/shop/middleware.py',
  ],
  [
    'in a package',
    { 'shop/middleware/__init__.py': CLASS, 'shop/middleware/constants.py': 'THROTTLE_INTERVAL = 900\n' },
    'shop/middleware/__init__.py',
  ],
  [
    'handed on',
    {
      'shop/middleware/__init__.py': `from .other import X\nfrom .sessions import (\n    A,\n    ${NAME},\n)\n`,
      'shop/middleware/sessions.py': CLASS,
      'shop/middleware/constants.py': 'THROTTLE_INTERVAL = 900\n',
    },
    'shop/middleware/sessions.py',
  ],
  [
    'all names handed on',
    {
      'shop/middleware/__init__.py': `from .sessions import *\n`,
      'shop/middleware/sessions.py': CLASS,
      'shop/middleware/constants.py': 'THROTTLE_INTERVAL = 900\n',
    },
    'shop/middleware/sessions.py',
  ],
  [
    'under another name',
    {
      'shop/middleware.py': `from shop.throttle import Throttle as ${NAME}\n`,
      'shop/throttle.py': CLASS.replace(`class ${NAME}`, 'class Throttle'),
      'shop/constants.py': 'THROTTLE_INTERVAL = 900\n',
    },
    'shop/throttle.py',
  ],
  [
    'assigned',
    {
      'shop/middleware.py': `${CLASS.replace(`class ${NAME}`, 'class Throttle')}\n${NAME} = Throttle\n`,
      'shop/constants.py': 'THROTTLE_INTERVAL = 900\n',
    },
    'shop/middleware.py',
  ],
  [
    'in a try',
    {
      'shop/middleware.py': `try:\n    from fast import ${NAME}\nexcept ImportError:\n    from .slow import ${NAME}\n`,
      'shop/slow.py': CLASS,
      'shop/constants.py': 'THROTTLE_INTERVAL = 900\n',
    },
    'shop/slow.py',
  ],
  [
    'of a base class',
    {
      'shop/middleware.py': `from .base import Base\nclass ${NAME}(Base):\n    interval = 900\n`,
      'shop/base.py': made({ attributes: '    interval = 5', due: 'now - last > self.interval' }).replace(NAME, 'Base'),
    },
    'shop/middleware.py',
  ],
  [
    'a function',
    {
      'shop/middleware.py': `import time\nINTERVAL = 900\ndef ${NAME}(get_response):\n    def middleware(request):\n        if time.time() - request.session['t'] > INTERVAL:\n            pass\n    return middleware\n`,
    },
    'shop/middleware.py',
  ],
  ['a package that is installed', { 'shop/other.py': CLASS }, undefined],
  ['a module without it', { 'shop/middleware.py': 'class Another:\n    INTERVAL = 900\n' }, undefined],
  [
    'in a circle',
    { 'shop/middleware.py': `from .a import ${NAME}\n`, 'shop/a.py': `from .middleware import ${NAME}\n` },
    undefined,
  ],
];

for (const [name, files, expected] of PLACES) {
  test(`the class: ${name}`, async () => {
    const found = await find(files);
    assert.equal(found?.file, expected === undefined ? undefined : path.join(ROOT, expected));
    assert.equal(found?.interval?.seconds, expected === undefined ? undefined : 900);
  });
}

test('an interval that is not known: why', async () => {
  const why = async (text: string, settings = ''): Promise<string | undefined> => {
    const found = await find({ 'shop/middleware.py': text, 'shop/settings.py': settings });
    assert.deepEqual([found?.interval, found !== undefined], [undefined, true]);
    return found?.why;
  };
  assert.match(
    (await why(made({ module: 'INTERVAL = compute()', due: 'now - last > INTERVAL' }))) ?? '',
    /^INTERVAL in line 8 is not known: .*\.$/,
  );
  assert.match((await why(made({ due: 'is_due(request)' }))) ?? '', /^No number or timedelta/);
  const open = 'from company.settings import *\n';
  const setting = made({ module: `INTERVAL = getattr(settings, 'X', 900)`, due: 'now - last > INTERVAL' });
  assert.match((await why(setting, open)) ?? '', /X is not known/);
});

test('never throws', async () => {
  const text = made({ module: 'INTERVAL = timedelta(minutes=15)', due: 'now - last > INTERVAL' });
  for (let i = 0; i < text.length; i += 7) {
    await find({ 'shop/middleware.py': text.slice(0, i) });
    await find({ 'shop/middleware.py': `${text.slice(0, i)}(${text.slice(i + 2)}` });
  }
});
