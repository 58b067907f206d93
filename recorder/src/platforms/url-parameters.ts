/** The parameters of an address: those of its query, and those behind the `#`, as in `#pwd=…` and `#/meet/123?p=…`. */
export function parametersOf({ searchParams, hash }: URL): readonly [query: URLSearchParams, hash: URLSearchParams] {
  return [searchParams, new URLSearchParams(hash.slice(1).replace(/^[^?]*\?/, ''))];
}
