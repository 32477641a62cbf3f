// Prints what reaches a program's HTTP server and what it answers: for `node --import`.

import { subscribe } from 'node:diagnostics_channel';

subscribe('http.server.request.start', ({ request: { method, url } }) => {
  console.log(`Request: ${method} ${url}`);
});
subscribe('http.server.response.finish', ({ request: { method, url }, response: { statusCode } }) => {
  console.log(`Answer: ${method} ${url} ${statusCode}`);
});
