import { YaoshiError } from './error.js';

/** Scheme and host, as far as no parser reads them otherwise: nothing before an `@`, no backslash. */
const ORIGIN = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d+)?(?=[/?#]|$)/i;

const DEFAULT_PORTS: Record<string, string> = { http: ':80', https: ':443' };

/** The origin of an absolute URL, written in one way. */
export function origin(url: string): string | undefined {
  const found = ORIGIN.exec(url.toLowerCase());
  if (!found) {
    return undefined;
  }
  const [, scheme = '', host, port = ''] = found;
  return `${scheme}://${host}${port === DEFAULT_PORTS[scheme] ? '' : port}`;
}

/**
 * The address to request.
 *
 * @throws {@link YaoshiError} `foreign_origin` if it is absolute and its origin none of the `known`
 */
export function resolve(url: string, baseUrl: string, known: readonly (string | undefined)[]): string {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) {
    return `${baseUrl}/${url.replace(/^\//, '')}`;
  }
  const asked = origin(url);
  if (!asked || !known.includes(asked)) {
    throw new YaoshiError('foreign_origin', 'fix_request', `The token is not for ${url}`);
  }
  return url;
}
