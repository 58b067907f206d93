import { type Meeting, TASK_FINALIZER } from '@meetingbot/crds-schema';
import { ConflictError } from '../errors.ts';
import { openAttempt } from '../reconcile/attempts.ts';
import type { decide } from '../reconcile/decide.ts';
import { recordingStatus, secondsOf } from './bucket.ts';
import type { Sabotage, Services } from './sabotage.ts';

type Decide = typeof decide;

/** The right decision, unless `change` makes another of it. */
const deciding =
  (
    change: (right: ReturnType<Decide>, ...facts: Parameters<Decide>) => ReturnType<Decide>,
  ): NonNullable<Sabotage['decide']> =>
  (right) =>
  (...facts) =>
    change(right(...facts), ...facts);

const blindTo =
  (edit: (meeting: Meeting) => Meeting): NonNullable<Sabotage['decide']> =>
  (right) =>
  (meeting, ...facts) =>
    right(edit(meeting), ...facts);

const withStore = (services: Services, change: Partial<Services['store']>): Services => ({
  ...services,
  store: { ...services.store, ...change },
});

/** Reconcilers that look right and are not. A simulation that lets one of them pass proves nothing. */
export const BAD_RECONCILERS: Readonly<Record<string, Sabotage>> = {
  /** What the SDK does when it is given no token: a launch whose answer was lost is launched again. */
  'random-client-token': {
    services: (services, { chance }) => ({
      ...services,
      runner: {
        ...services.runner,
        launch: (request) => services.runner.launch({ ...request, clientToken: `token-${chance()}` }),
      },
    }),
  },
  'unconditional-writes': {
    services: (services) =>
      withStore(services, {
        async update(meeting, dueAt) {
          const current = await services.store.get(meeting.metadata);
          if (current === undefined) throw new ConflictError('it is gone');
          const { resourceVersion } = current.metadata;
          return services.store.update({ ...meeting, metadata: { ...meeting.metadata, resourceVersion } }, dueAt);
        },
      }),
  },
  'gives-up-at-once-on-an-intent': { policy: { stopLookup: 0 } },
  'absence-is-death': { policy: { visibilityLag: 0 } },
  'webhook-before-the-object-is-whole': {
    services: (services, { bucket }) => ({
      ...services,
      recordings: {
        ...services.recordings,
        async look(meeting) {
          const look = await services.recordings.look(meeting);
          const { uid } = meeting.metadata;
          if (look.kind === 'whole' || meeting.status.recorder?.phase !== 'Finalizing') return look;
          const recording = recordingStatus(uid, bucket.media(uid), 0);
          const attempt = openAttempt(meeting)?.number ?? 0;
          return secondsOf(bucket.media(uid)) > 0
            ? { kind: 'whole', attempt, endReason: 'HostEnded', missingSeconds: 0, soundLostSeconds: 0, recording }
            : look;
        },
      },
    }),
    decide: deciding((right, meeting) =>
      meeting.status.recorder?.phase === 'Finalizing' && meeting.status.reason === undefined
        ? { do: 'conclude', reason: 'HostEnded', why: 'it is as good as done' }
        : right,
    ),
  },
  'terminal-before-webhook': {
    services: (services) =>
      withStore(services, {
        async update(meeting, dueAt) {
          const isSent = meeting.status.phase === 'Notifying';
          return services.store.update(
            isSent ? { ...meeting, status: { ...meeting.status, phase: 'Completed' } } : meeting,
            dueAt,
          );
        },
      }),
  },
  'webhook-once': {
    decide: deciding((right, meeting) =>
      right.do === 'deliver' && (meeting.status.webhook?.attempts ?? 0) > 0
        ? { do: 'finish', notified: 'gaveUp', why: 'it was sent' }
        : right,
    ),
  },
  'fresh-webhook-id': {
    services: (services, { chance }) => ({
      ...services,
      sender: { send: ({ body }) => services.sender.send({ id: `id-${chance()}`, body }) },
    }),
  },
  'no-finalizer': {
    services: (services) =>
      withStore(services, {
        update(meeting, dueAt) {
          const finalizers = (meeting.metadata.finalizers ?? []).filter((name) => name !== TASK_FINALIZER);
          return services.store.update({ ...meeting, metadata: { ...meeting.metadata, finalizers } }, dueAt);
        },
      }),
  },
  'removes-while-the-task-is-alive': {
    decide: deciding((right, meeting) =>
      meeting.metadata.deletionTimestamp !== undefined
        ? { do: 'remove', recordingToo: meeting.spec.deletionPolicy === 'Delete', why: 'the user wants it gone' }
        : right,
    ),
  },
  'no-garbage-collection': { collectInterval: Number.MAX_SAFE_INTEGER / 2 },
  'kills-on-silence': {
    decide: deciding((right, meeting, seen, now) =>
      right.do === 'wait' && seen.task?.state === 'Running' && now - (seen.heartbeatAt ?? now) > 15_000
        ? { do: 'stopTask', why: `${meeting.metadata.name} is silent` }
        : right,
    ),
  },
  'retries-a-denial': {
    decide: deciding((right, meeting) =>
      right.do === 'conclude' && right.reason === 'LobbyDenied' && openAttempt(meeting) === undefined
        ? { do: 'begin', mode: 'record', why: 'perhaps they let us in now' }
        : right,
    ),
  },
  'sends-a-recorder-where-an-upload-failed': {
    decide: blindTo((meeting) => {
      const { recorder } = meeting.status;
      if (recorder?.result === undefined) return meeting;
      const { endedWith: _, ...result } = recorder.result;
      return { ...meeting, status: { ...meeting.status, recorder: { ...recorder, result } } };
    }),
  },
  'ignores-stop': {
    decide: blindTo((meeting) => ({ ...meeting, spec: { ...meeting.spec, stop: false } })),
  },
  'endless-attempts': {
    decide: blindTo((meeting) => ({ ...meeting, spec: { ...meeting.spec, maxAttempts: 1_000 } })),
  },
  'no-salvage': {
    decide: deciding((right, _, seen) =>
      right.do === 'begin' && right.mode === 'salvage'
        ? { do: 'settle', look: seen.look ?? { kind: 'none' }, why: 'it is lost' }
        : right,
    ),
  },
  /** Who is signed in is known by each process for itself. */
  'identities-in-memory-only': {
    services: (services) => ({
      ...services,
      locks: { read: async () => undefined, write: async () => true },
    }),
  },
  'edges-only': { pollInterval: Number.MAX_SAFE_INTEGER / 2 },
};
