import type { Traffic } from './traffic.js';

/** Runs an action. If it fails, adds a note to the diagram. */
export async function reportErrors(traffic: Traffic, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    traffic.note({ key: 'note.failed', values: { why: messageOf(error) } });
  }
}

/** The message of a thrown value; `wx` throws plain objects with an `errMsg`. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) {
    return error.message;
  }
  return (error as { errMsg?: string } | undefined)?.errMsg ?? String(error);
}
