/** The origin of an absolute URL, written in one way. */
export declare function origin(url: string): string | undefined;
/**
 * The address to request.
 *
 * @throws {@link YaoshiError} `foreign_origin` if it is absolute and its origin none of the `known`
 */
export declare function resolve(url: string, baseUrl: string, known: readonly (string | undefined)[]): string;
