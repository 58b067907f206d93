import { JSON_TYPE } from '../body-parser.ts';

/** The parts of an OpenAPI 3.1 document that ours is made of. */
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description: string;
  schema: object;
}
export interface Answer {
  description: string;
  headers?: Record<string, { description: string; schema: object }>;
  content?: Record<string, { schema: object }>;
}
export interface Operation {
  tags: string[];
  operationId: string;
  summary: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  responses: Record<string, Answer>;
  security?: Record<string, string[]>[];
}
export type PathItem = Partial<Record<'get' | 'post' | 'put' | 'patch' | 'delete', Operation>>;

export const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

export const inPath = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});
export const inQuery = (name: string, description: string, schema: object = { type: 'string' }): Parameter => ({
  name,
  in: 'query',
  description,
  schema,
});
export const inHeader = (name: string, description: string): Parameter => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
});

export const json = (description: string, schema: object, headers?: Answer['headers']): Answer => ({
  description,
  ...(headers === undefined ? {} : { headers }),
  content: { [JSON_TYPE]: { schema } },
});

/** A body in one or more media types. */
export const body = (types: Record<string, object>) => ({
  required: true,
  content: Object.fromEntries(Object.entries(types).map(([type, schema]) => [type, { schema }])),
});
