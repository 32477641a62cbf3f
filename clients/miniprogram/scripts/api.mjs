// Generates `src/api.ts` from the server's OpenAPI document. With `--check`, writes nothing and fails if the file is
// out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import openapi, { astToString } from 'openapi-typescript';

const document = new URL('../../../docs/src/openapi.json', import.meta.url);
const file = new URL('../src/api.ts', import.meta.url);
const head = '// Generated from docs/src/openapi.json by `npm run generate`. Do not edit.\n\n';

const types = head + astToString(await openapi(document));
if (!process.argv.includes('--check')) {
  writeFileSync(file, types);
} else if (readFileSync(file, 'utf8') !== types) {
  console.error('clients/miniprogram/src/api.ts is out of date with docs/src/openapi.json: npm run generate');
  process.exit(1);
}
