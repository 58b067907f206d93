import { describe, expect, it } from 'vitest';
import { createLogger } from '../log.ts';
import { ApiUnderTest, MEETINGS, meetUrl, recorderTokenKey } from './api-under-test.ts';
import { MERGE_PATCH } from './body-parser.ts';
import { issueRecorderToken, type RecorderClaims } from './recorder-token.ts';

/** An API and what it logs, a Meeting `m` in it. */
async function anApi() {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger('debug', { write: (line) => lines.push(JSON.parse(line)) });
  const api = new ApiUnderTest({ NOTIFY_WEBHOOK_ENABLED: true }, { logger });
  const { metadata } = await api.create('m');
  const asRecorder = (claims: Partial<RecorderClaims> = {}) => {
    const token = issueRecorderToken(recorderTokenKey, { ...metadata, attempt: 1, ...claims });
    return { authorization: `Bearer ${token}` };
  };
  return { api, lines, uid: metadata.uid, asRecorder };
}

describe('the line of a request', () => {
  it('says which Meeting it was about, also where it was refused', async () => {
    const { api, lines, uid } = await anApi();

    await api.get(`${MEETINGS}/m`);
    await api.get(`${MEETINGS}/m/status`);
    await api.patch(`${MEETINGS}/m`, { spec: { maxAttempts: 5 } });
    await api.patch(`${MEETINGS}/m`, { spec: { maxAttempts: 0 } });
    await api.put(`${MEETINGS}/m`, { metadata: { resourceVersion: '1' }, spec: { url: meetUrl } });
    await api.post(`${MEETINGS}/m/resend`, {});
    await api.delete(`${MEETINGS}/m`, { preconditions: { uid: 'another' } });
    await api.delete(`${MEETINGS}/m`);

    expect(lines.map(({ status }) => status)).toEqual([201, 200, 200, 200, 422, 409, 409, 409, 200]);
    for (const line of lines) expect(line).toMatchObject({ message: 'request', meeting: 'default/m', uid });
    expect(lines.some((line) => 'attempt' in line)).toBe(false);
  });

  it('says which attempt there is, from its launch on', async () => {
    const { api, lines, uid } = await anApi();
    const meeting = await api.store.get({ namespace: 'default', name: 'm' });
    if (meeting === undefined) throw new Error('expected the Meeting');
    const attempts = [1, 2].map((number) => ({ number, mode: 'record' as const, startTime: '2026-02-06T15:00:00Z' }));
    await api.store.update({ ...meeting, status: { ...meeting.status, attempts } }, undefined);

    await api.get(`${MEETINGS}/m`);

    expect(lines.at(-1)).toMatchObject({ meeting: 'default/m', uid, attempt: 2 });
  });

  it("of a recorder says its own attempt, whatever became of the Meeting's", async () => {
    const { api, lines, uid, asRecorder } = await anApi();
    const report = { attempt: 1, sequence: 1, phase: 'Joining', at: '2026-02-06T15:00:10Z' };

    await api.patch(`${MEETINGS}/m/status`, { status: { recorder: report } }, MERGE_PATCH, asRecorder());
    await api.get(`${MEETINGS}/m`, asRecorder({ uid: 'gone', attempt: 3 }));

    expect(lines.slice(1)).toMatchObject([
      { status: 409, meeting: 'default/m', uid, attempt: 1 },
      { status: 409, meeting: 'default/m', uid: 'gone', attempt: 3 },
    ]);
  });

  it('of an old join names the Meeting that it became, and so does the line that tells of it', async () => {
    const { api, lines } = await anApi();
    const join = { bearerToken: 'b', url: meetUrl, name: 'n', teamId: 't', timezone: 'UTC', userId: 'u', botId: 'b' };

    await api.post('/google/join', join);
    await api.post('/google/join', join);

    const { items } = await api.store.list({ limit: 10 });
    const { metadata } = items.find(({ metadata: { name } }) => name !== 'm') ?? {};
    const subject = { meeting: `default/${metadata?.name}`, uid: metadata?.uid };
    expect(metadata?.uid).toBeDefined();
    expect(lines.slice(1)).toMatchObject(
      ['join accepted', 'request', 'join accepted', 'request'].map((message) => ({ message, ...subject })),
    );
  });

  it('that asks for what is not there names the path only', async () => {
    const { api, lines } = await anApi();

    await api.get(`${MEETINGS}/none`);

    expect(lines.at(-1)).toMatchObject({ status: 404, namespace: 'default', name: 'none' });
    expect(lines.at(-1)).not.toHaveProperty('meeting');
  });
});
