/** A place in the console. The hash of the location names it, so that each page and search has a URL. */
export interface Route {
  /** The parts of the path: `['people', '…id…']`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

/** Values of a query; those that are empty or `undefined` are left out. */
export type Query = Readonly<Record<string, string | undefined>>;

/** Reads the hash of a location, with or without its `#`. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const parts = path.split('/').filter((part) => part !== '');
  return { path: parts.length > 0 ? parts.map(decode) : ['overview'], query: new URLSearchParams(query) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The hash that names a place, with its `#`. */
export function hashOf(path: readonly string[], query: Query = {}): string {
  const values = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1]);
  const search = values.length > 0 ? `?${new URLSearchParams(values)}` : '';
  return `#/${path.map(encodeURIComponent).join('/')}${search}`;
}

/** The hash of the route with some values of the query replaced. */
export function hashWith({ path, query }: Route, changes: Query): string {
  return hashOf(path, { ...Object.fromEntries(query), ...changes });
}

/** The hash of a person's page. */
export function personHash(id: string): string {
  return hashOf(['people', id]);
}

/** The name and password that `yaoshi dev` puts into the link that it prints. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** The credentials in a hash such as `#operator=dev&password=…`; `undefined` if it has none. */
export function credentialsIn(hash: string): Credentials | undefined {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const [name, password] = [values.get('operator'), values.get('password')];
  return name === null ? undefined : { name, password: password ?? '' };
}
