import { TASK_FINALIZER } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS, meetUrl } from './api-under-test.ts';
import { JSON_PATCH } from './body-parser.ts';

const fieldsOf = (body: { details?: { causes?: { field: string }[] } }) =>
  body.details?.causes?.map(({ field }) => field);

describe('creating a Meeting', () => {
  it('stores it complete, tells the reconciler at once and puts it in the due index', async () => {
    const api = new ApiUnderTest();

    const { status, body } = await api.post(MEETINGS, {
      apiVersion: 'meetingbot.dev/v1',
      kind: 'Meeting',
      metadata: { name: 'standup', labels: { team: 'a' }, annotations: { 'example.com/note': 'x y' } },
      spec: { url: meetUrl },
    });

    expect(status).toBe(201);
    expect(body).toMatchObject({
      apiVersion: 'meetingbot.dev/v1',
      kind: 'Meeting',
      metadata: {
        name: 'standup',
        namespace: 'default',
        uid: 'uid-1',
        generation: 1,
        creationTimestamp: '2026-02-06T15:00:00Z',
        labels: { team: 'a' },
        annotations: { 'example.com/note': 'x y' },
      },
      spec: { url: meetUrl, platform: 'google-meet', maxAttempts: 3, leave: { aloneSeconds: 60 } },
      status: { phase: 'Pending', conditions: [], attempts: [] },
    });
    expect(body.metadata.resourceVersion).toMatch(/^\d+$/);
    expect(await api.store.get(body.metadata)).toEqual(body);
    expect(api.changed).toEqual(['default/standup']);
    expect(await api.store.due(0, api.time)).toHaveLength(1);
  });

  it('makes a name from generateName, another one where it is taken', async () => {
    const api = new ApiUnderTest();
    await api.create('daily-x2');

    const { body } = await api.post(MEETINGS, { metadata: { generateName: 'daily-' }, spec: { url: meetUrl } });

    expect(body.metadata.name).toMatch(/^daily-x[^2]/);
  });

  it('ignores a status and server fields that a client sends', async () => {
    const api = new ApiUnderTest();

    const { body } = await api.post(MEETINGS, {
      metadata: { name: 'm', uid: 'mine', generation: 9, creationTimestamp: null, managedFields: [] },
      spec: { url: meetUrl },
      status: { phase: 'Completed' },
    });

    expect(body.metadata).toMatchObject({ uid: 'uid-1', generation: 1 });
    expect(body.metadata.managedFields).toBeUndefined();
    expect(body.status.phase).toBe('Pending');
  });

  it('refuses a name that is taken', async () => {
    const api = new ApiUnderTest();
    await api.create('standup');

    const { status, body } = await api.post(MEETINGS, { metadata: { name: 'standup' }, spec: { url: meetUrl } });

    expect(status).toBe(409);
    expect(body).toMatchObject({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      reason: 'AlreadyExists',
      message: 'meetings.meetingbot.dev "standup" already exists',
      details: { name: 'standup', group: 'meetingbot.dev', kind: 'meetings' },
      code: 409,
    });
  });

  it('names every wrong field with what was expected', async () => {
    const { status, body } = await new ApiUnderTest().post(MEETINGS, {
      metadata: { name: 'Not_A_Name', labels: { a: 1 } },
      spec: { url: 'meet.google.com/x', stop: 'yes', leave: { allone: 1 } },
      extra: true,
    });

    expect(status).toBe(422);
    expect(body.reason).toBe('Invalid');
    expect(body.details.kind).toBe('Meeting');
    expect(fieldsOf(body)?.sort()).toEqual([
      'extra',
      'metadata.labels.a',
      'metadata.name',
      'spec.leave.allone',
      'spec.stop',
      'spec.url',
    ]);
  });

  it.each([
    [{ spec: { url: meetUrl } }, 422, 'metadata.name'],
    [{ metadata: { name: 'm' } }, 422, 'spec'],
    [{ metadata: { name: 'm', labels: { 'a b': 'c' } }, spec: { url: meetUrl } }, 422, 'metadata.labels'],
    [{ metadata: { name: 'm', labels: { a: 'b c' } }, spec: { url: meetUrl } }, 422, 'metadata.labels.a'],
    [{ metadata: { name: 'm', finalizers: ['a b'] }, spec: { url: meetUrl } }, 422, 'metadata.finalizers[0]'],
    [{ metadata: { name: 'm' }, spec: { url: 'https://x.example.com/' } }, 422, 'spec.platform'],
  ])('refuses %j', async (body, status, field) => {
    const answer = await new ApiUnderTest().post(MEETINGS, body);

    expect(answer.status).toBe(status);
    expect(fieldsOf(answer.body)).toEqual([field]);
  });

  it.each([
    [[], 'expected a Meeting as a JSON object'],
    [{ kind: 'Pod', spec: { url: meetUrl } }, 'kind'],
    [{ apiVersion: 'v2', spec: { url: meetUrl } }, 'apiVersion'],
    [{ metadata: { name: 'm', namespace: 'other' }, spec: { url: meetUrl } }, 'namespace'],
  ])('takes %j for a bad request', async (body, words) => {
    const answer = await new ApiUnderTest().post(MEETINGS, body);

    expect(answer).toMatchObject({ status: 400, body: { kind: 'Status', reason: 'BadRequest', code: 400 } });
    expect(answer.body.message).toContain(words);
  });

  it('opens hosts of its own choice for platform web only where WEB_HOSTS has them', async () => {
    const web = (host: string) => ({ metadata: { name: 'm' }, spec: { url: `https://${host}/x`, platform: 'web' } });
    const closed = await new ApiUnderTest().post(MEETINGS, web('talk.example.com'));
    expect(closed.status).toBe(422);
    expect(closed.body.details.causes).toEqual([
      {
        reason: 'FieldValueForbidden',
        message: 'host talk.example.com is not known for platform web and setting WEB_HOSTS does not have it',
        field: 'spec.url',
      },
    ]);

    const some = { WEB_HOSTS: 'a.example.com, *.talk.example.com' };
    for (const [host, status] of [
      ['a.example.com', 201],
      ['x.talk.example.com', 201],
      ['talk.example.com', 422],
      ['xa.example.com', 422],
      ['169.254.169.254', 422],
    ] as const) {
      expect((await new ApiUnderTest(some).post(MEETINGS, web(host))).status, host).toBe(status);
    }
    expect((await new ApiUnderTest({ WEB_HOSTS: '*' }).post(MEETINGS, web('anything.test'))).status).toBe(201);
  });

  it('does not let a platform be a way around WEB_HOSTS', async () => {
    const spec = { url: 'http://169.254.170.2/v2', platform: 'google-meet' };

    const { status, body } = await new ApiUnderTest().post(MEETINGS, { metadata: { name: 'm' }, spec });

    expect([status, fieldsOf(body)]).toEqual([422, ['spec.url']]);
  });

  it('checks everything and stores nothing in a dry run', async () => {
    const api = new ApiUnderTest();
    const body = { metadata: { name: 'm' }, spec: { url: meetUrl } };

    expect((await api.post(`${MEETINGS}?dryRun=All`, body)).status).toBe(201);
    expect(await api.store.get({ namespace: 'default', name: 'm' })).toBeUndefined();
    expect(api.changed).toEqual([]);

    await api.create('m');
    expect((await api.post(`${MEETINGS}?dryRun=All`, body)).status).toBe(409);
  });

  it('drops unknown fields where the client asks for it, with a warning or without', async () => {
    const body = (name: string) => ({ metadata: { name }, spec: { url: meetUrl, leave: { allone: 1 }, colour: 'r' } });
    const api = new ApiUnderTest();

    const warned = await api.post(`${MEETINGS}?fieldValidation=Warn`, body('a'));
    expect(warned.status).toBe(201);
    expect(warned.headers['warning']).toEqual([
      '299 - "unknown field \\"spec.colour\\""',
      '299 - "unknown field \\"spec.leave.allone\\""',
    ]);
    expect(warned.body.spec.colour).toBeUndefined();

    const ignored = await api.post(`${MEETINGS}?fieldValidation=Ignore`, body('b'));
    expect([ignored.status, ignored.headers['warning']]).toEqual([201, undefined]);
    expect((await api.post(`${MEETINGS}?fieldValidation=Strict`, body('c'))).status).toBe(422);
  });

  it('refuses a Meeting that the database could not hold', async () => {
    const api = new ApiUnderTest();
    await api.create('m', {}, { annotations: { a: 'x'.repeat(200_000) } });

    const { status, body } = await api.patch(`${MEETINGS}/m`, {
      metadata: { annotations: { b: 'x'.repeat(200_000) } },
    });

    expect([status, body.reason]).toEqual([413, 'RequestEntityTooLarge']);
  });
});

describe('updating a Meeting', () => {
  it('counts changes of the spec in generation, and only those', async () => {
    const api = new ApiUnderTest();
    const first = await api.create('m');

    const labelled = await api.patch(`${MEETINGS}/m`, { metadata: { labels: { a: 'b' } } });
    const renamed = await api.patch(`${MEETINGS}/m`, { spec: { displayName: 'Scribe' } });

    expect(labelled.body.metadata).toMatchObject({ generation: 1, labels: { a: 'b' } });
    expect(renamed.body.metadata).toMatchObject({ generation: 2, labels: { a: 'b' }, uid: first.metadata.uid });
    expect(Number(renamed.body.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion));
    expect(api.changed).toHaveLength(3);
  });

  it('writes nothing when nothing changes', async () => {
    const api = new ApiUnderTest();
    const first = await api.create('m');

    const same = await api.patch(`${MEETINGS}/m`, { spec: { url: meetUrl } });
    const put = await api.put(`${MEETINGS}/m`, first);

    expect([same.status, put.status]).toEqual([200, 200]);
    expect(put.body).toEqual(first);
    expect(api.changed).toHaveLength(1);
  });

  it.each([
    [{ spec: { url: 'https://meet.google.com/other' } }, 'spec.url'],
    [{ spec: { platform: 'zoom' } }, 'spec.platform'],
    [{ spec: { colour: 'red' } }, 'spec.colour'],
    [{ spec: { maxAttempts: 0 } }, 'spec.maxAttempts'],
    [{ spec: null }, 'spec'],
  ])('refuses the patch %j', async (patch, field) => {
    const api = new ApiUnderTest();
    await api.create('m');

    const { status, body } = await api.patch(`${MEETINGS}/m`, patch);

    expect([status, fieldsOf(body)]).toEqual([422, [field]]);
  });

  it('does not take a stop back', async () => {
    const api = new ApiUnderTest();
    await api.create('m');
    expect((await api.patch(`${MEETINGS}/m`, { spec: { stop: true } })).body.spec.stop).toBe(true);

    for (const stop of [false, null]) {
      const { status, body } = await api.patch(`${MEETINGS}/m`, { spec: { stop } });
      expect([status, fieldsOf(body)]).toEqual([422, ['spec.stop']]);
    }
  });

  it('refuses a stale version and says so as kubectl expects it', async () => {
    const api = new ApiUnderTest();
    const first = await api.create('m');
    await api.patch(`${MEETINGS}/m`, { spec: { displayName: 'second' } });

    const put = await api.put(`${MEETINGS}/m`, first);
    const patched = await api.patch(`${MEETINGS}/m`, {
      metadata: { resourceVersion: first.metadata.resourceVersion },
      spec: { displayName: 'third' },
    });

    for (const { status, body } of [put, patched]) {
      expect([status, body.reason]).toEqual([409, 'Conflict']);
      expect(body.message).toContain('the object has been modified; please apply your changes to the latest version');
    }
    expect((await api.get(`${MEETINGS}/m`)).body.spec.displayName).toBe('second');
  });

  it('wants to know which version a PUT replaces', async () => {
    const api = new ApiUnderTest();
    await api.create('m');

    const { status, body } = await api.put(`${MEETINGS}/m`, { metadata: { name: 'm' }, spec: { url: meetUrl } });

    expect([status, fieldsOf(body)]).toEqual([422, ['metadata.resourceVersion']]);
  });

  it('takes away by PUT what is not in it', async () => {
    const api = new ApiUnderTest();
    const first = await api.create('m', { displayName: 'Scribe', maxAttempts: 5 }, { labels: { a: 'b' } });

    const { resourceVersion } = first.metadata;
    const { body } = await api.put(`${MEETINGS}/m`, {
      metadata: { name: 'm', resourceVersion },
      spec: { url: meetUrl },
    });

    expect(body.spec).toMatchObject({ displayName: 'Meeting Recorder', maxAttempts: 3, platform: 'google-meet' });
    expect(body.metadata.labels).toBeUndefined();
  });

  it('lets two patches of different fields at once both win', async () => {
    const api = new ApiUnderTest();
    await api.create('m');

    const answers = await Promise.all([
      api.patch(`${MEETINGS}/m`, { spec: { displayName: 'Scribe' } }),
      api.patch(`${MEETINGS}/m`, { spec: { stop: true } }),
      api.patch(`${MEETINGS}/m`, { metadata: { labels: { a: 'b' } } }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { body } = await api.get(`${MEETINGS}/m`);
    expect(body).toMatchObject({ spec: { displayName: 'Scribe', stop: true }, metadata: { labels: { a: 'b' } } });
  });

  it('does not touch the status', async () => {
    const api = new ApiUnderTest();
    await api.create('m');

    const { status, body } = await api.patch(`${MEETINGS}/m`, { status: { phase: 'Completed' } });

    expect([status, body.status.phase]).toEqual([200, 'Pending']);
  });

  it('applies a JSON patch', async () => {
    const api = new ApiUnderTest();
    await api.create('m');

    const { status, body } = await api.patch(
      `${MEETINGS}/m`,
      [
        { op: 'test', path: '/spec/displayName', value: 'Meeting Recorder' },
        { op: 'replace', path: '/spec/displayName', value: 'Scribe' },
        { op: 'add', path: '/metadata/labels', value: { 'example.com/a': 'b' } },
        { op: 'replace', path: '/metadata/labels/example.com~1a', value: 'c' },
      ],
      JSON_PATCH,
    );

    expect(status).toBe(200);
    expect(body).toMatchObject({ spec: { displayName: 'Scribe' }, metadata: { labels: { 'example.com/a': 'c' } } });
  });

  it.each([
    [[{ op: 'test', path: '/spec/displayName', value: 'x' }], 422],
    [[{ op: 'remove', path: '/spec/nothing' }], 422],
    [[{ op: 'fly', path: '/spec' }], 400],
    [{ spec: {} }, 400],
  ])('refuses the JSON patch %j with %i', async (patch, status) => {
    const api = new ApiUnderTest();
    await api.create('m');

    expect((await api.patch(`${MEETINGS}/m`, patch, JSON_PATCH)).status).toBe(status);
  });

  it.each(['application/strategic-merge-patch+json', 'application/apply-patch+yaml', 'application/json', 'text/plain'])(
    'does not take a patch of type %s',
    async (type) => {
      const api = new ApiUnderTest();
      await api.create('m');

      const { status, body } = await api.patch(`${MEETINGS}/m`, { spec: {} }, type);

      expect([status, body.reason]).toEqual([415, 'UnsupportedMediaType']);
      expect(body.message).toContain('application/merge-patch+json');
    },
  );

  it('answers 404 for a Meeting that is not there', async () => {
    const api = new ApiUnderTest();
    for (const answer of [
      await api.patch(`${MEETINGS}/m`, { spec: {} }),
      await api.put(`${MEETINGS}/m`, { metadata: { resourceVersion: '1' }, spec: { url: meetUrl } }),
      await api.delete(`${MEETINGS}/m`),
      await api.get(`${MEETINGS}/m`),
    ]) {
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ reason: 'NotFound', message: 'meetings.meetingbot.dev "m" not found' });
    }
  });

  it('refuses a body that names another object than the path', async () => {
    const api = new ApiUnderTest();
    await api.create('m');

    expect((await api.patch(`${MEETINGS}/m`, { metadata: { name: 'other' } })).status).toBe(400);
    expect((await api.patch(`${MEETINGS}/m`, { metadata: { uid: 'other' } })).status).toBe(409);
  });

  it('neither gives nor takes the finalizer of our own tasks', async () => {
    const api = new ApiUnderTest();
    const first = await api.create('m', {}, { finalizers: [TASK_FINALIZER, 'example.com/hold'] });
    expect(first.metadata.finalizers).toEqual(['example.com/hold']);

    const held = { ...first, metadata: { ...first.metadata, finalizers: [TASK_FINALIZER] } };
    await api.store.update(held, undefined);
    const { body } = await api.patch(`${MEETINGS}/m`, { metadata: { finalizers: null } });

    expect(body.metadata.finalizers).toEqual([TASK_FINALIZER]);
  });
});

describe('deleting a Meeting', () => {
  it('removes one that nothing holds and says so', async () => {
    const api = new ApiUnderTest();
    const { metadata } = await api.create('m');

    const { status, body } = await api.delete(`${MEETINGS}/m`, { propagationPolicy: 'Background' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ kind: 'Status', status: 'Success', details: { name: 'm', uid: metadata.uid } });
    expect(await api.store.get(metadata)).toBeUndefined();
    expect(api.changed).toEqual(['default/m', 'default/m']);
  });

  it('marks one that is held, once, and lets it go with its last finalizer', async () => {
    const api = new ApiUnderTest();
    const { metadata } = await api.create('m', {}, { finalizers: ['example.com/hold'] });

    const first = await api.delete(`${MEETINGS}/m`);
    api.time += 5000;
    const second = await api.delete(`${MEETINGS}/m`);

    expect(first.body).toMatchObject({
      kind: 'Meeting',
      metadata: { generation: 2, deletionTimestamp: '2026-02-06T15:00:00Z' },
    });
    expect(second.body).toEqual(first.body);

    const added = await api.patch(`${MEETINGS}/m`, { metadata: { finalizers: ['example.com/hold', 'example.com/2'] } });
    expect([added.status, fieldsOf(added.body)]).toEqual([422, ['metadata.finalizers']]);

    const released = await api.patch(`${MEETINGS}/m`, { metadata: { finalizers: [] } });
    expect(released.status).toBe(200);
    expect(await api.store.get(metadata)).toBeUndefined();
  });

  it('deletes only the one that the preconditions mean', async () => {
    const api = new ApiUnderTest();
    const { metadata } = await api.create('m');

    expect((await api.delete(`${MEETINGS}/m`, { preconditions: { uid: 'other' } })).status).toBe(409);
    expect((await api.delete(`${MEETINGS}/m`, { preconditions: { resourceVersion: '1' } })).status).toBe(409);
    expect((await api.delete(`${MEETINGS}/m`, { preconditions: { uid: metadata.uid } })).status).toBe(200);
  });

  it.each([
    ['in the query', '?dryRun=All', {}],
    ['in the body, as kubectl does', '', { dryRun: ['All'] }],
  ])('deletes nothing in a dry run asked for %s', async (_, query, body) => {
    const api = new ApiUnderTest();
    const { metadata } = await api.create('m');

    expect((await api.delete(`${MEETINGS}/m${query}`, body)).status).toBe(200);

    expect(await api.store.get(metadata)).toBeDefined();
  });
});
