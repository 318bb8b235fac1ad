import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan, type BenchmarkPlan } from '../../../src/benchmark/run/plan.ts';
import { pageProblem } from '../../../src/benchmark/site/checkPage.ts';
import { findLoginForm } from '../../../src/benchmark/site/loginForm.ts';

const PAGE = new URL('https://shop.example.org/accounts/login/?next=/a');

test('finds the form with one password, with its hidden fields and whatever its fields are called', () => {
  const form = findLoginForm(
    `<form action="/search"><input name=q type='search'></form>
     <form action="/signup" method="post"><input type="text" name="u"><input type=password name="a"><input type=password name="b"></form>
     <FORM METHOD="post" action="../enter?x=1&amp;y=2">
       <input type="hidden" name="csrfmiddlewaretoken" value="a&quot;b"><input type="hidden" name="next" value="/a">
       <input type="email" name="login" required><input name="pw" type="PASSWORD"><button>Go</button></FORM>`,
    PAGE,
  );
  assert.equal(form?.action.href, 'https://shop.example.org/accounts/enter?x=1&y=2');
  assert.deepEqual([form.userField, form.passwordField], ['login', 'pw']);
  assert.deepEqual([...form.hidden], [['csrfmiddlewaretoken', 'a"b'], ['next', '/a']]); // prettier-ignore
  assert.equal(findLoginForm('<form><input type="password" name="p"></form>', PAGE), undefined);
  assert.equal(
    findLoginForm('<form><input name="u"><input type="password" name="p"></form>', PAGE)?.action.href,
    PAGE.href,
  );
});

test('pages that can’t be measured are told apart', () => {
  const of = (status: number, location?: string): string | undefined =>
    pageProblem({
      url: PAGE,
      status,
      text: '',
      ...(location === undefined ? {} : { location: new URL(location, PAGE) }),
    })?.code;
  assert.deepEqual(
    [
      of(200),
      of(204),
      of(302, '/accounts/login/?next=/'),
      of(301, '/new/'),
      of(403),
      of(400),
      of(404),
      of(429),
      of(503),
      of(101),
    ],
    [undefined, undefined, 'benchmark-needs-login', 'benchmark-redirects', 'benchmark-needs-login', 'benchmark-bad-host', 'benchmark-not-found', 'benchmark-too-many', 'benchmark-server-error', 'benchmark-not-a-page'], // prettier-ignore
  );
});

test('nothing goes beyond the limits', () => {
  const plan: BenchmarkPlan = {
    kind: 'baseline',
    url: PAGE,
    way: { kind: 'none' },
    arms: ['session', 'noSession'],
    connections: 10,
    rounds: 5,
    requestsPerRound: 200,
    timeoutSeconds: 10,
    cookieName: 'sessionid',
    trust: { caFile: '', acceptAnyCertificate: false },
  };
  checkPlan(plan);
  for (const more of [
    { connections: 101 },
    { connections: 0 },
    { rounds: 2 },
    { rounds: 31 },
    { requestsPerRound: 10_001 },
    { rounds: 30, requestsPerRound: 2_000 },
    { requestsPerRound: 5 },
    { timeoutSeconds: 600 },
  ]) {
    assert.throws(() => checkPlan({ ...plan, ...more }), { code: 'benchmark-too-much' }, JSON.stringify(more));
  }
});
