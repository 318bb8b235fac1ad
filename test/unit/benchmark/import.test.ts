import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importedRun, readResults } from '../../../src/benchmark/import/importRuns.ts';
import { Problem } from '../../../src/common/problem.ts';

const AB = `This is ApacheBench, Version 2.3 <$Revision: 1903618 $>
Copyright 1996 Adam Twiss, Zeus Technology Ltd, http://www.zeustech.net/

Benchmarking shop.example.org (be patient).....done


Server Software:        gunicorn
Server Hostname:        shop.example.org
Server Port:            8000

Document Path:          /cart/?page=2
Document Length:        312 bytes

Concurrency Level:      10
Time taken for tests:   3.512 seconds
Complete requests:      1000
Failed requests:        7
   (Connect: 0, Receive: 0, Length: 5, Exceptions: 2)
Non-2xx responses:      3
Total transferred:      611000 bytes
Requests per second:    284.74 [#/sec] (mean)
Time per request:       35.120 [ms] (mean)

Percentage of the requests served within a certain time (ms)
  50%     34
  95%     45
  99%     50
 100%     61 (longest request)
`;

const WRK = `Running 30s test @ http://127.0.0.1:8080/index.html?x=1
  12 threads and 400 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   635.91us    0.89ms  12.92ms   93.69%
    Req/Sec    56.20k     8.07k   62.00k    86.54%
  Latency Distribution
     50%  250.00us
     75%  491.00us
     90%  700.00us
     99%    5.80ms
  22464 requests in 30.00s, 17.76GB read
  Socket errors: connect 0, read 1, write 0, timeout 4
  Non-2xx or 3xx responses: 12
Requests/sec: 748868.53
`;

const AT = { kind: 'baseline', arm: 'noSession', at: new Date('2026-11-27T15:00:00Z') } as const;

test('ab: what it calls failed for its length is an answer', () => {
  const [round] = readResults(AB.replaceAll('\n', '\r\n'));
  assert.ok(round !== undefined);
  const { notes, ...figures } = round;
  assert.deepEqual(figures, {
    by: 'ab',
    url: 'http://shop.example.org:8000/cart/',
    connections: 10,
    seconds: 3.512,
    answered: 995,
    failed: 5,
    p50: 34,
    p95: 45,
    p99: 50,
  });
  assert.match(notes.join(' '), /5 answers failed because their lengths differ/);
});

test('wrk, with and without --latency', () => {
  const [round] = readResults(WRK);
  assert.ok(round !== undefined);
  const { notes, ...figures } = round;
  const place = { by: 'wrk', url: 'http://127.0.0.1:8080/index.html', connections: 400, seconds: 30 };
  assert.deepEqual(figures, { ...place, answered: 22452, failed: 17, p50: 0.25, p95: null, p99: 5.8 });
  assert.match(notes.join(' '), /95th percentile/);
  const [bare] = readResults(WRK.replace(/ {2}Latency Dist[^]*? {2}22464/, '  22464'));
  assert.deepEqual([bare?.p50, bare?.p99], [null, null]);
  assert.match(bare?.notes.join(' ') ?? '', /without --latency/);
});

test('several runs of the same are rounds of one, those of different pages are refused', () => {
  const run = importedRun(readResults(`$ ab …\n${AB}${AB}${AB}`), AT);
  assert.equal(run.arms[0]?.rounds.length, 3);
  assert.equal(run.requestsPerRound, 1000);
  assert.equal(run.target, '');
  const other = AB.replace('/cart/', '/other/');
  assert.throws(() => importedRun(readResults(AB + other), AT), /results of different runs: .*\/cart\/ .*\/other\//);
});

test('what can’t be read says what is wrong with it, and does not repeat it', () => {
  const cases = [
    ['', /There is no text/],
    ['hello', /neither ab nor wrk/],
    [AB.slice(0, 60), /no line "Complete requests"/],
    [AB.replace(/^Time taken.*$/mu, ''), /no line "Time taken for tests"/],
    [AB.replace(/^Server Hostname.*$/mu, ''), /no line "Server Hostname"/],
    [
      AB.replace(/^Requests per second[^]*/mu, 'apr_socket_recv: Connection refused (111)\n').replace(
        /^Complete.*$/mu,
        '',
      ),
      /gave up/,
    ],
    [WRK.replace(/^ {2}22464.*$/mu, ''), /no line "… requests in …"/],
    [WRK.replace('http://127.0.0.1:8080', 'nonsense'), /no line "Running/],
    ['x'.repeat(4_000_001), /longer than 4 million/],
  ] as const;
  for (const [text, why] of cases) {
    assert.throws(
      () => readResults(text),
      (error) => error instanceof Problem && error.code === 'benchmark-import' && why.test(error.message),
      String(why),
    );
  }
});
