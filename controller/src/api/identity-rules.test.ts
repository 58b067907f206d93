import { expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS, meetUrl } from './api-under-test.ts';

const BROWSER_IDENTITIES = 'notes-1=google-meet:file:/1,notes-2=google-meet:file:/2,other=zoom:file:/3';

const create = (api: ApiUnderTest, spec: object) =>
  api.post(MEETINGS, { metadata: { name: 'a' }, spec: { url: meetUrl, ...spec } });

it('takes an identity of the platform, or any of them', async () => {
  for (const identity of ['notes-1', 'any']) {
    const { status, body } = await create(new ApiUnderTest({ BROWSER_IDENTITIES }), { identity });
    expect(status).toBe(201);
    expect(body.spec.identity).toBe(identity);
  }
});

it('says which there are to one who asks for another', async () => {
  const api = new ApiUnderTest({ BROWSER_IDENTITIES });

  const { status, body } = await create(api, { identity: 'other' });

  expect(status).toBe(422);
  expect(body.details.causes).toEqual([
    {
      reason: 'FieldValueNotSupported',
      message: 'expected one of notes-1, notes-2, any, got "other"',
      field: 'spec.identity',
    },
  ]);
  expect((await create(api, { identity: 'Not A Name' })).body.details.causes[0].field).toBe('spec.identity');
});

it('says that there is none for the platform', async () => {
  const { status, body } = await create(new ApiUnderTest(), { identity: 'any' });

  expect(status).toBe(422);
  expect(body.message).toContain('BROWSER_IDENTITIES has no signed-in identity for platform google-meet');
});

it('looks at it again only when it is changed', async () => {
  const api = new ApiUnderTest({ BROWSER_IDENTITIES });
  await create(api, { identity: 'notes-1' });

  expect((await api.patch(`${MEETINGS}/a`, { spec: { identity: 'gone' } })).status).toBe(422);
  expect((await api.patch(`${MEETINGS}/a`, { spec: { identity: 'notes-2', stop: true } })).status).toBe(200);
});

it('is settled once a recorder was launched', async () => {
  const api = new ApiUnderTest({ BROWSER_IDENTITIES });
  const meeting = await api.create('m', { identity: 'notes-1' });
  const attempts = [{ number: 1, mode: 'record', startTime: '2026-02-06T15:00:00Z' } as const];
  await api.store.update({ ...meeting, status: { ...meeting.status, phase: 'Launching', attempts } }, undefined);

  const { status, body } = await api.patch(`${MEETINGS}/m`, { spec: { identity: 'notes-2' } });

  expect(status).toBe(422);
  expect(body.message).toContain('may not change once a recorder was launched');
});
