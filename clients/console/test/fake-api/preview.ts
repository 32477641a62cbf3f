/** `npm run preview`: the console with the fake API, to look at. */
import { startFakeServer } from './server.js';
import { OPERATORS } from './state.js';

const { origin } = await startFakeServer(9091);
for (const [name, { password, totp }] of Object.entries(OPERATORS)) {
  const link = `${origin}/#${new URLSearchParams({ operator: name, password })}`;
  console.log(totp === undefined ? link : `${link} (code ${totp})`);
}
