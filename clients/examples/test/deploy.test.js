// The unit for systemd and the configuration beside it, and the Compose files.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { yaoshiBinary } from 'yaoshi-testing';
import { run } from 'yaoshi-testing/programs';
import { replaceAll, repositoryPath } from './fixture.js';

/** systemd-analyze's score of what a service could do to its machine, from 0 to 10: the most that is taken. */
const MOST_EXPOSED = 1.5;

let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yaoshi-deploy-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Runs a program, which must succeed, and returns what it printed. */
async function output(command, args, options) {
  const { code, stdout, stderr } = await run(command, args, options);
  assert.equal(code, 0, `${command} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout + stderr;
}

test('the unit is valid, and lets the server do little', async () => {
  const unit = await readFile(repositoryPath('deploy/systemd/yaoshi.service'), 'utf8');
  const file = join(folder, 'yaoshi.service');
  await writeFile(file, unit.replaceAll('/usr/local/bin/yaoshi', yaoshiBinary()));
  const dropIns = join(folder, 'yaoshi.service.d');
  for (const withCredentials of [false, true]) {
    if (withCredentials) {
      await mkdir(dropIns);
      const dropIn = await readFile(repositoryPath('deploy/systemd/credentials.conf'), 'utf8');
      await writeFile(join(dropIns, 'credentials.conf'), dropIn);
    }
    const findings = await output('systemd-analyze', ['verify', '--man=no', file]);
    assert.ok(!findings.includes('yaoshi.service'), findings);
  }
  const report = await output('systemd-analyze', ['security', '--offline=true', file]);
  const [, exposure] = /Overall exposure level for yaoshi.service: ([\d.]+)/.exec(report);
  assert.ok(Number(exposure) <= MOST_EXPOSED, exposure);
});

test('stopping takes no longer than systemd waits', async () => {
  const unit = await readFile(repositoryPath('deploy/systemd/yaoshi.service'), 'utf8');
  const [, wait] = /^TimeoutStopSec=(\d+)$/m.exec(unit);
  const reference = await readFile(repositoryPath('docs/src/configuration.md'), 'utf8');
  const [, drain] = /^\| `drain_timeout` .*? `(\d+)s` \|/m.exec(reference);
  // The last uses of sessions are written after it: two times five seconds at most.
  assert.ok(Number(wait) > Number(drain) + 10, `${wait} ${drain}`);
});

test('the configuration beside the unit is valid', async () => {
  const secrets = join(folder, 'secrets');
  await mkdir(secrets);
  const write = (name, text) => writeFile(join(secrets, name), text, { mode: 0o400 });
  const keys = async (...args) => (await run(yaoshiBinary(), ['keys', 'new', ...args])).stdout;
  await write('master-keys', await keys());
  await write('index-key', await keys('--index'));
  await write('app-secret', 'c1f0a7de5b3c49688e20d7f4b19a6035\n');
  const committed = await readFile(repositoryPath('deploy/systemd/yaoshi.toml'), 'utf8');
  const file = join(folder, 'yaoshi.toml');
  const ours = committed.replaceAll('/etc/yaoshi/secrets', secrets);
  await writeFile(file, replaceAll(ours, { '/var/lib/yaoshi': folder }));
  const env = { PATH: process.env.PATH, HOME: folder };
  await output(yaoshiBinary(), ['--config', file, 'config', 'check'], { cwd: folder, env });
});

test('the Compose file is valid, and uses these files', async () => {
  const profiles = ['--profile', 'proxy', '--profile', 'monitoring'];
  const args = ['compose', '--file', repositoryPath('docker-compose.yml'), ...profiles];
  const configuration = JSON.parse(await output('docker', [...args, 'config', '--format', 'json']));
  const { proxy, prometheus, grafana, yaoshi } = configuration.services;
  const mounted = [proxy, prometheus, grafana].flatMap(({ volumes }) => volumes.map(({ source }) => source));
  for (const path of ['caddy/Caddyfile', 'prometheus', 'grafana', 'grafana/provisioning']) {
    assert.ok(mounted.includes(repositoryPath(`deploy/${path}`)), path);
  }
  assert.deepEqual(
    yaoshi.ports.map(({ host_ip, target }) => `${host_ip}:${target}`),
    ['127.0.0.1:8080'],
  );
});

test('the Compose file of the cluster publishes nothing of the members, and the rest on this machine only', async () => {
  const args = [
    'compose',
    '--file',
    repositoryPath('docker-compose.cluster.yml'),
    'config',
    '--format',
    'json',
  ];
  const { services } = JSON.parse(await output('docker', args));
  const ports = ({ ports = [] }) => ports.map(({ host_ip, target }) => `${host_ip}:${target}`);
  const published = Object.entries(services).map(([name, service]) => [name, ports(service)]);
  assert.deepEqual(
    published.filter(([, ports]) => ports.length > 0),
    [
      ['haproxy', ['127.0.0.1:8080', '127.0.0.1:8404']],
      ['simulator', ['127.0.0.1:8081']],
    ],
  );
  assert.deepEqual(services.yaoshi1.environment, services.yaoshi2.environment);
});
