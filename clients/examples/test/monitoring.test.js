// The alerts and the dashboard of deploy/, against the metrics of the real server and in a real Prometheus.

import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CODE_TO_SESSION, startYaoshi } from 'yaoshi-testing';
import { run, startProgram } from 'yaoshi-testing/programs';
import { freePort, logIn, replaceAll, repositoryPath, signUp } from './fixture.js';

/** What a server that is well, and this test, do not record. The source has them. */
const RARE = [
  'yaoshi_access_token_forced_refreshes_total',
  'yaoshi_connections_refused_total',
  'yaoshi_store_checkpoint_failures_total',
];

/** The labels that Prometheus adds, and that of histograms. */
const COMMON = ['instance', 'job', 'le'];

let folder;
let server;
let prometheus;
/** What the server exports: the labels of each metric. */
let exported;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yaoshi-monitoring-'));
  const ops = `127.0.0.1:${await freePort()}`;
  const secret = join(folder, 'push-relay-secret');
  await writeFile(secret, `whsec_${'A'.repeat(43)}=`, { mode: 0o600 });
  const env = {
    YAOSHI_LIMITS__REGISTRATION_PER_IDENTITY: '2/1h',
    YAOSHI_APP__PUSH_RELAY_URL: 'https://shop.example.org/wechat',
    YAOSHI_APP__PUSH_RELAY_SECRET_FILES: secret,
    YAOSHI_WEBHOOK__URL: 'https://shop.example.org/yaoshi',
    YAOSHI_WEBHOOK__SECRET_FILE: secret,
    YAOSHI_WEBHOOK__EVENTS: 'registered',
  };
  server = await startYaoshi({ opsListen: ops, env });
  await exercise(server);
  exported = labelsIn(await (await fetch(`http://${ops}/metrics`)).text());
  prometheus = await startPrometheus(ops);
});
after(async () => {
  await prometheus?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Makes the server record what it can: successes, and failures of every part. */
async function exercise(server) {
  const { baseUrl, wechat, appId } = server;
  const send = (method, path, token, body) =>
    fetch(baseUrl + path, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
  const { token } = await signUp(server);
  const { user, token: unregistered } = await logIn(server);
  const { code } = await wechat.phone('getPhoneNumber', user);
  await send('PUT', '/v1/me/phone', token, { code });
  const data = await wechat.phone('getUserInfo', user);
  const signed = { raw_data: data.rawData, encrypted_data: data.encryptedData, iv: data.iv };
  for (let times = 0; times < 3; times += 1) {
    await send('POST', '/v1/register', unregistered, { ...signed, signature: '0'.repeat(40) });
  }
  await send('POST', '/v1/login', undefined, { app_id: 'wxstranger', code: 'c' });
  await send('POST', `/wechat/push/${appId}?signature=forged`, undefined, { Event: 'debug_demo' });
  await wechat.setFaults([{ endpoint: CODE_TO_SESSION, kind: 'errcode', errcode: 45011 }]);
  for (let times = 0; times < 2; times += 1) {
    const { code } = await wechat.phone('login', user);
    await send('POST', '/v1/login', undefined, { app_id: appId, code });
  }
  await wechat.clearFaults();
}

/** The labels of each metric in Prometheus' text format; of a histogram without those of its parts. */
function labelsIn(text) {
  const types = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]));
  const found = new Map();
  for (const [, sample, labels] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const family = sample.replace(/_(bucket|sum|count)$/, '');
    const name = types.get(family) === 'histogram' ? family : sample;
    const names = [...(labels ?? '').matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)].map(([, label]) => label);
    const known = found.get(name) ?? new Set();
    for (const label of names.filter((label) => !COMMON.includes(label))) {
      known.add(label);
    }
    found.set(name, known);
  }
  return found;
}

/** Starts Prometheus with the committed configuration. It scrapes this server, and more often. */
async function startPrometheus(target) {
  await cp(repositoryPath('deploy/prometheus'), folder, { recursive: true });
  const configuration = replaceAll(await readFile(join(folder, 'prometheus.yml'), 'utf8'), {
    'scrape_interval: 15s': 'scrape_interval: 500ms',
    'evaluation_interval: 15s': 'evaluation_interval: 500ms',
    '"yaoshi:9090"': `"${target}"`,
  });
  await writeFile(join(folder, 'test.yml'), configuration);
  const port = await freePort();
  const args = [
    `--config.file=${folder}/test.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const started = await startProgram('prometheus', args, { port });
  const api = async (path) => {
    const { data, error } = await (await fetch(`${started.url}/api/v1/${path}`)).json();
    assert.equal(error, undefined, path);
    return data;
  };
  const query = async (text) => (await api(`query?query=${encodeURIComponent(text)}`)).result;
  while (!((await query('count_over_time(up[1m])').catch(() => []))[0]?.value[1] >= 4)) {
    await sleep(50);
  }
  return { stop: started.stop, api, query };
}

/** The metrics that the operations page has, each with its labels. */
async function documented() {
  const page = await readFile(repositoryPath('docs/src/operations.md'), 'utf8');
  const rows = page.matchAll(/^\| `(yaoshi_\w+)` \|([^|]*)\|/gm);
  return new Map(
    [...rows].map(([, name, labels]) => [name, [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label)]),
  );
}

/** The queries of the dashboard. */
async function dashboard() {
  const { panels, templating } = JSON.parse(
    await readFile(repositoryPath('deploy/grafana/yaoshi.json'), 'utf8'),
  );
  const queries = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ title, query: expr })),
  );
  const variables = templating.list
    .filter(({ type }) => type === 'query')
    .map(({ definition }) => definition);
  return { queries, variables };
}

/** The rules, as Prometheus has read them. */
async function rules() {
  const { groups } = await prometheus.api('rules');
  return groups.flatMap(({ rules }) => rules);
}

/** Fails where a query names a metric or a label that there is not. */
function check(query, metrics, where) {
  const named = [...query.matchAll(/\b(yaoshi_\w+)(?:\{([^}]*)\})?/g)];
  const allowed = new Set(COMMON);
  for (const [, sample, selector = ''] of named) {
    const name = metrics.has(sample) ? sample : sample.replace(/_(bucket|sum|count)$/, '');
    assert.ok(metrics.has(name), `${where}: there is no ${sample}`);
    for (const label of metrics.get(name)) {
      allowed.add(label);
    }
    const selected = [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label);
    for (const label of selected) {
      assert.ok([...COMMON, ...metrics.get(name)].includes(label), `${where}: ${name} has no ${label}`);
    }
  }
  for (const [, grouping] of query.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g)) {
    for (const label of grouping.split(',').map((label) => label.trim())) {
      assert.ok(allowed.has(label), `${where}: nothing in it has ${label}`);
    }
  }
}

test('the operations page has the metrics that the server exports, with their labels', async () => {
  const pages = await documented();
  for (const [name, labels] of exported) {
    assert.ok(pages.has(name), `${name} is missing on the page`);
    assert.deepEqual([...labels].sort(), [...pages.get(name)].sort(), name);
  }
  const missing = [...pages.keys()].filter((name) => !exported.has(name));
  assert.deepEqual(missing.sort(), RARE);
  const source = await sources(repositoryPath('crates'));
  for (const name of RARE) {
    assert.ok(source.includes(`"${name}"`), `${name} is in no source`);
  }
});

/** The text of all Rust sources. */
async function sources(root) {
  const files = await readdir(root, { recursive: true });
  const texts = files
    .filter((file) => file.endsWith('.rs'))
    .map((file) => readFile(join(root, file), 'utf8'));
  return (await Promise.all(texts)).join('');
}

test('the alerts are valid, and fire as they are meant to', async () => {
  for (const args of [
    ['check', 'config', '--syntax-only', 'prometheus.yml'],
    ['check', 'rules', 'yaoshi.rules.yml'],
    ['test', 'rules', 'yaoshi.rules.test.yml'],
  ]) {
    const { code, stdout, stderr } = await run('promtool', args, {
      cwd: repositoryPath('deploy/prometheus'),
    });
    assert.equal(code, 0, stdout + stderr);
  }
  const tests = await readFile(repositoryPath('deploy/prometheus/yaoshi.rules.test.yml'), 'utf8');
  for (const { name, labels, annotations } of await rules()) {
    assert.ok(['page', 'ticket'].includes(labels.severity), name);
    assert.ok(annotations.summary && annotations.description.length > 60, `${name} says what to do`);
    assert.ok(tests.includes(`alertname="${name}"`), `${name} is not tested`);
  }
});

test('the alerts name metrics and labels that there are', async () => {
  const metrics = await documented();
  for (const { name, query, health, lastError } of await rules()) {
    check(query, metrics, name);
    assert.equal(health, 'ok', lastError);
  }
});

test('every panel of the dashboard shows something', async () => {
  const metrics = await documented();
  const { queries, variables } = await dashboard();
  assert.ok(queries.length > 30);
  for (const { title, query } of queries) {
    check(query, metrics, title);
    const asked = query.replaceAll(/\$(instance|app)\b/g, '.*').replaceAll('$__rate_interval', '1m');
    const result = await prometheus.query(asked);
    const isRare = RARE.some((name) => query.includes(name));
    assert.ok(isRare || result.length > 0, `${title}: ${asked}`);
  }
  for (const definition of variables) {
    const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(definition);
    assert.ok([...COMMON, ...metrics.get(metric)].includes(label), definition);
  }
  const used = queries.flatMap(({ query }) => query.match(/\byaoshi_\w+/g));
  const shown = new Set(
    used.map((sample) => (metrics.has(sample) ? sample : sample.replace(/_[a-z]+$/, ''))),
  );
  assert.deepEqual(
    [...metrics.keys()].filter((name) => !shown.has(name)),
    [],
  );
});
