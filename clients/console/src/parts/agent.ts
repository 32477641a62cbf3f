/** The systems that WeChat runs on, by what their user agents say. */
const SYSTEMS = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['HarmonyOS', /HarmonyOS|OpenHarmony/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Macintosh|Mac OS/],
] as const;

/** A user agent in a few words, such as `iPhone · WeChat 8.0.60`; the whole of it where it says neither. */
export function agentWords(agent: string): string {
  const system = SYSTEMS.find(([, pattern]) => pattern.test(agent))?.[0];
  const version = /MicroMessenger\/(\d+(?:\.\d+){0,2})/.exec(agent)?.[1];
  const words = [system, version && `WeChat ${version}`].filter((word) => word !== undefined);
  return words.length > 0 ? words.join(' · ') : agent;
}
