import type { Traffic } from './traffic.js';

/** Does something, and writes down where everything else stands if it could not be done. */
export async function attempt(traffic: Traffic, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    traffic.note({ key: 'note.failed', values: { why: reason(error) } });
  }
}

/** Why something failed, in the words of whatever was thrown; `wx` throws plain objects. */
export function reason(error: unknown): string {
  if (error instanceof Error) {
    return error.message;
  }
  return (error as { errMsg?: string } | undefined)?.errMsg ?? String(error);
}
