import { ATTEMPT_OVER, type Meeting, type RecorderReport } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { ConflictError } from '../errors.ts';
import { ApiUnderTest, MEETINGS, recorderTokenKey } from './api-under-test.ts';
import { MERGE_PATCH } from './body-parser.ts';
import { issueRecorderToken, type RecorderClaims, verifyRecorderToken } from './recorder-token.ts';

const report = (more: Partial<RecorderReport> = {}): RecorderReport => ({
  attempt: 1,
  sequence: 1,
  phase: 'Joining',
  at: '2026-02-06T15:00:10Z',
  ...more,
});

async function launched(api: ApiUnderTest, attempts = 1): Promise<Meeting> {
  const meeting = await api.create('m');
  const numbers = Array.from({ length: attempts }, (_, index) => index + 1);
  const status: Meeting['status'] = {
    ...meeting.status,
    attempts: numbers.map((number) => ({ number, mode: 'record', startTime: '2026-02-06T15:00:00Z' })),
  };
  return api.store.update({ ...meeting, status }, undefined);
}

function tokenOf({ metadata }: Meeting, more: Partial<RecorderClaims> = {}): Record<string, string> {
  const { namespace, name, uid } = metadata;
  const token = issueRecorderToken(recorderTokenKey, { namespace, name, uid, attempt: 1, ...more });
  return { authorization: `Bearer ${token}` };
}

const send = (api: ApiUnderTest, headers: Record<string, string>, body: RecorderReport | object) =>
  api.patch(`${MEETINGS}/m/status`, { status: { recorder: body } }, MERGE_PATCH, headers);

describe('a recorder', () => {
  it('writes news into its Meeting, and the reconciler hears of it', async () => {
    const api = new ApiUnderTest();
    const meeting = await launched(api);
    api.changed.length = 0;

    const { status, body } = await send(api, tokenOf(meeting), report());

    expect(status).toBe(200);
    expect(body.status.recorder).toEqual(report());
    expect(await api.store.get(meeting.metadata)).toEqual(body);
    expect(api.changed).toEqual(['default/m']);
  });

  it('costs no write while it has no news, and sees a stop in the answer', async () => {
    const api = new ApiUnderTest();
    const meeting = await launched(api);
    await send(api, tokenOf(meeting), report());
    await api.patch(`${MEETINGS}/m`, { spec: { stop: true } });
    const before = await api.store.get(meeting.metadata);

    const { status, body } = await send(api, tokenOf(meeting), report({ sequence: 2 }));

    expect([status, body.spec.stop]).toEqual([200, true]);
    expect(await api.store.get(meeting.metadata)).toEqual(before);
    expect(api.heartbeats.at(-1)?.sequence).toBe(2);
  });

  it('tries again when somebody else writes at the same time', async () => {
    const api = new ApiUnderTest();
    const meeting = await launched(api);
    const { update } = api.store;
    let losses = 2;
    api.store.update = async (...args) => {
      if (losses-- > 0) throw new ConflictError('lost');
      return update.apply(api.store, args);
    };

    expect((await send(api, tokenOf(meeting), report())).status).toBe(200);
    // Once, however often it was tried.
    expect(api.reported.map(([before, after]) => [before.status.recorder, after.status.recorder])).toEqual([
      [undefined, report()],
    ]);

    // Its attempt goes on, and nothing in the answer says that it were over.
    losses = 99;
    const { status, body } = await send(api, tokenOf(meeting), report({ sequence: 2, phase: 'Lobby' }));
    expect([status, body.reason, body.details.retryAfterSeconds]).toEqual([503, 'ServiceUnavailable', 1]);
    expect(JSON.stringify(body)).not.toContain(ATTEMPT_OVER);
  });

  it('reads its own Meeting and nothing else', async () => {
    const api = new ApiUnderTest({ API_TOKENS: 'a:admin' });
    const open = new ApiUnderTest();
    const meeting = await launched(open);
    const headers = tokenOf(meeting);

    expect((await open.get(`${MEETINGS}/m`, headers)).status).toBe(200);
    expect((await open.get(`${MEETINGS}/other`, headers)).status).toBe(403);
    expect((await open.get(MEETINGS, headers)).status).toBe(403);
    expect((await open.patch(`${MEETINGS}/m`, { spec: { stop: true } }, MERGE_PATCH, headers)).status).toBe(403);
    expect((await open.patch(`${MEETINGS}/other/status`, {}, MERGE_PATCH, headers)).status).toBe(403);
    expect((await api.get(`${MEETINGS}/m`, headers)).status).toBe(404);
  });

  it('is told when its attempt is over, when it is another Meeting, when it is gone', async () => {
    const api = new ApiUnderTest();
    const meeting = await launched(api, 2);

    const late = await send(api, tokenOf(meeting), report());
    const why = 'attempt 1 was superseded by 2';
    const causes = [{ reason: ATTEMPT_OVER, message: why, field: 'status.attempts' }];
    expect([late.status, late.body.reason, late.body.details.causes]).toEqual([409, 'Conflict', causes]);
    expect((await api.get(`${MEETINGS}/m`, tokenOf(meeting))).body.details.causes).toEqual(causes);
    const second = tokenOf(meeting, { attempt: 2 });
    expect((await send(api, second, report({ attempt: 2 }))).status).toBe(200);
    const other = await send(api, tokenOf(meeting, { uid: 'other', attempt: 2 }), report({ attempt: 2 }));
    expect([other.status, other.body.details.causes[0].reason]).toEqual([409, ATTEMPT_OVER]);

    await api.delete(`${MEETINGS}/m`);
    expect((await send(api, second, report({ attempt: 2 }))).status).toBe(404);
  });

  it('is told when its attempt has an end', async () => {
    const api = new ApiUnderTest();
    const meeting = await launched(api);
    const [attempt] = meeting.status.attempts;
    if (attempt === undefined) throw new Error('no attempt');
    const attempts = [{ ...attempt, endTime: '2026-02-06T15:01:00Z' }];
    await api.store.update({ ...meeting, status: { ...meeting.status, attempts } }, undefined);

    const { status, body } = await send(api, tokenOf(meeting), report());
    expect([status, body.details.causes[0]]).toMatchObject([
      409,
      { reason: ATTEMPT_OVER, message: 'attempt 1 is over' },
    ]);
  });

  it.each([
    [{ status: { recorder: report({ attempt: 2 }) } }, 422],
    [{ status: { recorder: { ...report(), phase: 'Flying' } } }, 422],
    [{ status: { recorder: { ...report(), extra: 1 } } }, 422],
    [{ status: { phase: 'Completed' } }, 400],
    [{ status: { recorder: report(), phase: 'Completed' } }, 400],
    [{ spec: { stop: true } }, 400],
    [[], 400],
  ])('may not write %j', async (body, code) => {
    const api = new ApiUnderTest();
    const meeting = await launched(api);

    expect((await api.patch(`${MEETINGS}/m/status`, body, MERGE_PATCH, tokenOf(meeting))).status).toBe(code);
  });

  it('is the only one to write a status', async () => {
    const api = new ApiUnderTest();
    await launched(api);

    const { status, body } = await send(api, {}, report());

    expect([status, body.reason]).toEqual([403, 'Forbidden']);
  });
});

describe("a recorder's token", () => {
  const claims: RecorderClaims = { namespace: 'team-a', name: 'standup', uid: 'u-1', attempt: 3 };

  it('is the same for the same attempt, and says whose it is', () => {
    const token = issueRecorderToken(recorderTokenKey, claims);

    expect(token).toMatch(/^mtb_[-\w]+\.[-\w]{43}$/);
    expect(issueRecorderToken(recorderTokenKey, { ...claims })).toBe(token);
    expect(verifyRecorderToken(recorderTokenKey, token)).toEqual(claims);
  });

  it('is refused when anything of it was changed, or another key signed it', async () => {
    const token = issueRecorderToken(recorderTokenKey, claims);
    const [head = '', signature = ''] = token.split('.');
    const forged = `mtb_${Buffer.from('team-a/standup/u-1/4').toString('base64url')}.${signature}`;

    for (const bad of [forged, head, `${head}.`, `${head}.${signature.slice(1)}`, 'mtb_', `x${token}`]) {
      expect(verifyRecorderToken(recorderTokenKey, bad)).toBeUndefined();
    }
    expect(verifyRecorderToken(Buffer.alloc(32, 8), token)).toBeUndefined();
    const answer = await new ApiUnderTest().get(MEETINGS, { authorization: `Bearer ${forged}` });
    expect(answer.status).toBe(401);
  });
});
