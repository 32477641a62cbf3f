import { UnreachableError } from './errors.js';

/**
 * Fetches for the page itself, unseen by the phones.
 *
 * @throws {@link UnreachableError} if there is no response
 */
export async function fetchForPage(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new UnreachableError(url, { cause });
  }
}
