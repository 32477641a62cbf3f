// The viewer: one file of a package on npm. The package's dependencies are in that file, so they are not installed.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const pinned = JSON.parse(await readFile(new URL('../viewer.json', import.meta.url), 'utf8'));
const licence = await readFile(new URL('../src/viewer-licence.txt', import.meta.url), 'utf8');

export const { version } = pinned;

/** Whether the text is the pinned viewer below its licence. */
export function isPinned(text) {
  const digest = createHash('sha256').update(text.slice(licence.length)).digest('hex');
  return text.startsWith(licence) && digest === pinned.sha256;
}

/** Downloads the viewer. */
export async function download() {
  const folder = await mkdtemp(join(tmpdir(), 'yaoshi-viewer-'));
  try {
    const { stdout } = await run('npm', ['pack', '--json', `${pinned.package}@${version}`], { cwd: folder });
    const [{ filename, integrity }] = JSON.parse(stdout);
    if (integrity !== pinned.integrity) {
      throw new Error(`${pinned.package} ${version} has the integrity ${integrity}`);
    }
    await run('tar', ['-xzf', filename, `package/${pinned.file}`], { cwd: folder });
    const text = licence + (await readFile(join(folder, 'package', pinned.file), 'utf8'));
    if (!isPinned(text)) {
      throw new Error(`${pinned.file} of ${pinned.package} ${version} has another digest`);
    }
    return text;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
