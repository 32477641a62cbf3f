import { YaoshiError } from 'yaoshi-miniprogram';
import { en } from '../language/en.js';
import { type Text, type TextKey, within } from '../language/language.js';
import type { Traffic } from './traffic.js';

/** The server did not respond. */
export class UnreachableError extends Error {}

/** The simulator responded with an error. */
export class SimulatorError extends Error {
  /** The HTTP status. */
  readonly status: number;

  constructor(status: number, body: string) {
    super(body);
    this.status = status;
  }
}

/** Runs an action. If it fails, adds a note to the diagram. */
export async function reportErrors(traffic: Traffic, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    traffic.note(within('note.failed', describe(error)));
  }
}

/** Describes a thrown value in the page's language. */
export function describe(error: unknown): Text {
  if (error instanceof YaoshiError) {
    return describeProblem(error.code);
  }
  if (error instanceof UnreachableError) {
    return { key: 'error.unreachable' };
  }
  if (error instanceof SimulatorError) {
    return { key: 'error.simulator', values: { status: String(error.status) } };
  }
  // `wx` throws plain objects with an `errMsg`.
  const message = (error as { errMsg?: string } | undefined)?.errMsg ?? String(error);
  return { key: 'error.other', values: { message } };
}

/** Describes a problem of Yaoshi, or an error of the client package, by its code. */
export function describeProblem(code: string): Text {
  const meaning = meaningOf(code);
  return meaning === undefined
    ? { key: 'error.unknown_code', values: { code } }
    : { key: 'error.code', values: { code, meaning: `@${meaning}` } };
}

/** The text that says what a code means, if the page has one. */
export function meaningOf(code: string): TextKey | undefined {
  const key = `problem.${code}`;
  return key in en ? (key as TextKey) : undefined;
}
