export interface Column<T> {
  name: string;
  type: 'string' | 'integer';
  format?: 'name';
  description: string;
  /** 0: always shown; 1: with -o wide. */
  priority: 0 | 1;
  cell(item: T, now: number): string | number | null;
}

export interface TableOptions {
  /** `v1` or `v1beta1` of meta.k8s.io, as the client asked. */
  version: string;
  /** What comes with each row. */
  include: 'None' | 'Metadata' | 'Object';
  /** Milliseconds since the epoch: the server prints ages. */
  now: number;
  /** Of the answer. */
  metadata: object;
  /** false: without the definitions, as in all but the first Table of a watch. @default true */
  hasColumns?: boolean;
}

/** What `kubectl get` prints (meta.k8s.io, Table). */
export function tableOf<T extends { metadata: object }>(
  columns: readonly Column<T>[],
  items: readonly T[],
  { version, include, now, metadata, hasColumns = true }: TableOptions,
): object {
  const definitions = columns.map(({ name, type, format = '', description, priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: hasColumns ? definitions : null,
    rows: items.map((item) => ({
      cells: columns.map(({ cell }) => cell(item, now)),
      ...(include === 'None' ? {} : { object: include === 'Object' ? item : partial(item, version) }),
    })),
  };
}

function partial({ metadata }: { metadata: object }, version: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata };
}
