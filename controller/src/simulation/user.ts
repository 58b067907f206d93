import { type Meeting, type MeetingKey, RESEND_ANNOTATION } from '@meetingbot/crds-schema';
import type { MeetingService } from '../api/meeting-service.ts';
import { ApiError } from '../api/status-error.ts';
import { aMeeting } from '../store/a-meeting.ts';
import { EPOCH, Life } from './life.ts';
import type { Deed, Moment, Plan } from './scenario.ts';
import type { World } from './world.ts';

/** Milliseconds until a user tries again what the API did not take. */
const AGAIN = 3_000;
/** Rules of leaving that make for short histories. Seconds. */
const LEAVE = {
  lobbySeconds: 90,
  noShowSeconds: 90,
  aloneSeconds: 30,
  silenceSeconds: 60,
  silenceArmSeconds: 60,
  maxSeconds: 480,
};

/** Somebody who wants a meeting recorded and acts through the API until it has taken what he wants. */
export class User {
  readonly #world: World;
  readonly #plan: Plan;
  readonly #life: Life;
  /** Deeds that are still to come, or under way. */
  pending: number;

  constructor(world: World, plan: Plan) {
    this.#world = world;
    this.#plan = plan;
    this.#life = new Life(`user of ${plan.key.name}`, world.scheduler);
    this.pending = plan.deeds.length + 1;
  }

  start(): void {
    this.#life.after(this.#plan.createAt, () => {
      this.#create().catch((error: unknown) => this.#world.onError(error, 'a user failed'));
    });
    for (const deed of this.#plan.deeds) if (deed.when !== undefined) this.#await(deed, deed.when);
  }

  /** What would still take years is called off. */
  giveUp(): void {
    const meeting = this.#world.table.peek(this.#plan.key);
    const startAt = Date.parse(meeting?.spec.startAt ?? '');
    if (startAt > EPOCH + this.#world.scheduler.time + 3_600_000) {
      this.pending++;
      this.#begin({ kind: 'delete', after: 0 });
    }
  }

  async #create(): Promise<void> {
    const { key, spec, startIn, deeds } = this.#plan;
    const base = aMeeting(key);
    const startAt =
      startIn === undefined ? {} : { startAt: new Date(EPOCH + this.#world.scheduler.time + startIn).toISOString() };
    await this.#untilTaken(async (meetings) => {
      await meetings.create(
        {
          metadata: { name: key.name },
          spec: { ...base.spec, ...spec, leave: LEAVE, ...startAt } as Meeting['spec'],
          warnings: [],
        },
        key.namespace,
        { dryRun: false },
      );
    });
    this.pending--;
    for (const deed of deeds) if (deed.when === undefined) this.#life.after(deed.after, () => this.#begin(deed));
  }

  #await(deed: Deed, when: Moment): void {
    const { key } = this.#plan;
    const look = ({ namespace, name }: MeetingKey, moment: Moment) => {
      if (namespace !== key.namespace || name !== key.name || moment !== when) return;
      this.#world.watchers.delete(look);
      this.pending++;
      this.#life.after(deed.after, () => this.#begin(deed));
    };
    this.#world.watchers.add(look);
    // A moment that never comes is not waited for.
    this.pending--;
  }

  #begin(deed: Deed): void {
    this.#world.trace(this.#life.name, deed.kind);
    // Not when it was answered: an answer may be lost, and the webhook be sent long before the next one.
    if (deed.kind === 'resend') this.#world.resent.set(this.#plan.key.name, this.#world.scheduler.time);
    this.#untilTaken((meetings) => this.#act(deed, meetings)).then(
      () => {
        this.pending--;
      },
      (error: unknown) => this.#world.onError(error, 'a user failed'),
    );
  }

  async #act({ kind }: Deed, meetings: MeetingService): Promise<void> {
    const { key } = this.#plan;
    switch (kind) {
      case 'delete':
        this.#world.deleted.add(key.name);
        await meetings.remove(key, {}, { dryRun: false });
        return;
      case 'stop':
        return this.#change(meetings, key, (meeting) => ({ ...meeting, spec: { ...meeting.spec, stop: true } }));
      case 'startNow':
      case 'postpone': {
        const ms = this.#world.scheduler.time + (kind === 'startNow' ? 0 : 180_000);
        const startAt = new Date(EPOCH + ms).toISOString();
        return this.#change(meetings, key, (meeting) => ({ ...meeting, spec: { ...meeting.spec, startAt } }));
      }
      case 'resend':
        return this.#change(meetings, key, (meeting) => ({
          ...meeting,
          metadata: { ...meeting.metadata, annotations: { [RESEND_ANNOTATION]: 'again' } },
        }));
    }
  }

  async #change(meetings: MeetingService, key: MeetingKey, edit: (meeting: Meeting) => Meeting): Promise<void> {
    await meetings.change(
      key,
      (current) => {
        const { metadata, spec } = edit(current);
        const { annotations = {}, finalizers = [] } = metadata;
        return { metadata: { annotations, finalizers }, spec, warnings: [] };
      },
      { dryRun: false },
    );
  }

  async #untilTaken(act: (meetings: MeetingService) => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await this.#world.processes.request(this.#life, act);
      } catch (error) {
        const isAnswer = error instanceof ApiError && error.reason !== 'Conflict';
        if (isAnswer) return;
        await this.#life.wait(AGAIN);
      }
    }
  }
}
