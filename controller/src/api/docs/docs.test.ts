import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS, meetUrl } from '../api-under-test.ts';
import { addRoutes } from '../build-api.ts';
import { type OpenApiDocument, openApi31 } from './openapi-document.ts';

/** `GET /path/{name}` of every operation. */
const operationsOf = ({ paths }: OpenApiDocument): string[] =>
  Object.entries(paths)
    .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`))
    .sort();

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1 by the word of an independent validator', async () => {
    const { body } = await new ApiUnderTest().get('/openapi.json');
    const validator = new Validator();

    expect(await validator.validate(body)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every route, and no other', () => {
    const routes: string[] = [];
    const app = Fastify();
    app.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) {
        if (one !== 'HEAD') routes.push(`${one} ${url.replace(/:(\w+)/g, '{$1}')}`);
      }
    });
    const { deps } = new ApiUnderTest();

    addRoutes(app, deps);

    expect(operationsOf(openApi31())).toEqual(routes.sort());
  });

  it('describes what is answered: a Meeting, lists, events, errors', async () => {
    const api = new ApiUnderTest();
    const document = openApi31();
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    ajv.addFormat('meeting-url', true);
    ajv.addSchema(document, 'document');
    const wrong = (name: string, value: unknown) => {
      const validate = ajv.compile({ $ref: `document#/components/schemas/${name}` });
      return validate(value) ? undefined : validate.errors;
    };
    const event = { type: 'Normal' as const, reason: 'R', message: 'm', count: 1 };
    const times = { firstTimestamp: '2026-02-06T15:00:00Z', lastTimestamp: '2026-02-06T15:00:00Z' };
    await api.store.update({ ...(await api.create('m')), events: [{ ...event, ...times }] }, undefined);
    const input = { metadata: { name: 'n' }, spec: { url: meetUrl } };

    expect(wrong('MeetingInput', input)).toBeUndefined();
    expect(wrong('Meeting', (await api.post(MEETINGS, input)).body)).toBeUndefined();
    expect(wrong('MeetingList', (await api.get(MEETINGS)).body)).toBeUndefined();
    expect(wrong('EventList', (await api.get('/api/v1/events')).body)).toBeUndefined();
    expect(wrong('Status', (await api.post(MEETINGS, { spec: {} })).body)).toBeUndefined();
    expect(wrong('JoinError', (await api.post('/zoom/join', {})).body)).toBeUndefined();
    expect(wrong('Meeting', { kind: 'Meeting' })).toBeDefined();
  });
});

describe('/docs', () => {
  it('shows every operation and schema, and needs nothing from elsewhere', async () => {
    const { headers, text } = await new ApiUnderTest({ API_TOKENS: 'a:read' }).get('/docs');

    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    const { components, paths } = openApi31();
    for (const item of Object.values(paths)) {
      for (const { operationId } of Object.values(item)) expect(text).toContain(`id="${operationId}"`);
    }
    for (const name of Object.keys(components.schemas)) expect(text).toContain(`id="${name}"`);
    expect(text).not.toMatch(/<script|(src|href)="?(https?:)?\/\//);
    expect(text).toContain('How long to stay when everybody else has left.');
  });
});
