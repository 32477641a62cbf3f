/** The overview of the fake server. */
import { APPS, ago } from './people.js';
import { CAUSES } from './records.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What was counted in the hours up to now, and how WeChat does. */
export function overview(isEmpty: boolean, hours: number): unknown {
  if (isEmpty) {
    return { hours: [], failures: [], wechat: { endpoints: ENDPOINTS, apps: [] } };
  }
  return {
    hours: counted(hours),
    failures: FAILURES,
    live_sessions: { count: 128_406, counted_at: ago(40 * SECOND) },
    wechat: { endpoints: ENDPOINTS, apps: [healthy(), unwell()] },
  };
}

/** More logins by day than by night, in China. */
function counted(hours: number): unknown[] {
  const now = Math.floor(Date.now() / HOUR) * HOUR;
  return Array.from({ length: hours }, (_, index) => now - index * HOUR).flatMap((at) =>
    APPS.map((app_id, number) => {
      const local = new Date(at).getUTCHours() + 8;
      const rhythm = 1.15 + Math.sin(((local - 8) / 24) * 2 * Math.PI) + 0.4 * Math.sin(local * 1.7);
      const codes = Math.max(3, Math.round(rhythm * (number === 0 ? 420 : 130)));
      const exchanged = Math.round(codes * (0.985 - (local % 5) * 0.006));
      const sessions = Math.round(exchanged * 0.992);
      const registered = Math.round(sessions * (0.82 - number * 0.09));
      return { hour: new Date(at).toISOString(), app_id, codes, exchanged, sessions, registered };
    }),
  );
}

const FAILURES = CAUSES.map(({ code, advice: [advice, advice_zh] }, index) => ({
  code,
  ...(index !== 2 && { app_id: APPS[index % 2] }),
  count: [184, 96, 41, 22, 7][index],
  advice,
  advice_zh,
}));

const ENDPOINTS = [
  { endpoint: 'code2session', breaker: 'closed' },
  { endpoint: 'checksession', breaker: 'closed' },
  { endpoint: 'resetusersessionkey', breaker: 'closed' },
  { endpoint: 'getuserencryptkey', breaker: 'half_open' },
  { endpoint: 'getuserphonenumber', breaker: 'closed' },
  { endpoint: 'stable_token', breaker: 'open' },
];

function healthy(): unknown {
  return {
    app_id: APPS[0],
    pauses: [],
    access_token: { obtained_at: ago(1834 * SECOND), expires_at: ago(-5366 * SECOND) },
    forced_refreshes_left: 15,
    errcodes: [
      { errcode: 40163, count: 41 },
      { errcode: 40029, count: 31 },
    ],
  };
}

function unwell(): unknown {
  return {
    app_id: APPS[1],
    pauses: [
      { endpoint: 'code2session', until: ago(-40 * SECOND), errcode: 45011 },
      { endpoint: 'stable_token', until: ago(-20 * SECOND) },
    ],
    forced_refreshes_left: 0,
    errcodes: [{ errcode: 40164, count: 96 }],
  };
}
