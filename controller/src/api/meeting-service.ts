import { KIND, keyOf, type Meeting, type MeetingKey, type RecorderReport } from '@meetingbot/crds-schema';
import { ConflictError, ControllerError } from '../errors.ts';
import type { MeetingServiceDeps, ReportOutcome } from './deps.ts';
import { annotationOf, claimOf, IDEMPOTENCY_ANNOTATION, type IdempotencyKey, suffixOf } from './idempotency.ts';
import { IdentityRules } from './identity-rules.ts';
import { changedMeeting, deletedMeeting, isGone, newMeeting } from './meeting-changes.ts';
import type { MeetingDraft } from './meeting-input.ts';
import type { RecorderClaims } from './recorder-token.ts';
import {
  ApiError,
  alreadyExists,
  attemptOver,
  busy,
  conflict,
  invalid,
  isAlreadyExists,
  notFound,
} from './status-error.ts';
import { UrlRules } from './url-rules.ts';

/** Tries of one change that loses against other writers; then the client is told. */
const MAX_TRIES = 5;
/** An item of DynamoDB holds 400 kB; this leaves room for what the status still will need. */
const MAX_MEETING_BYTES = 300_000;

export interface WriteOptions {
  /** Everything is checked, nothing is written. */
  dryRun: boolean;
}

export interface Preconditions {
  uid?: string | undefined;
  resourceVersion?: string | undefined;
}

export interface CreateOptions extends WriteOptions {
  /** A request that is sent again is the same Meeting. */
  once?: IdempotencyKey | undefined;
}

/** What the API does with Meetings, whatever the wire format. Errors are ApiErrors or the store's. */
export class MeetingService {
  readonly #deps: MeetingServiceDeps;
  readonly #urlRules: UrlRules;
  readonly #identityRules: IdentityRules;

  constructor(deps: MeetingServiceDeps) {
    this.#deps = deps;
    this.#urlRules = new UrlRules(deps);
    this.#identityRules = new IdentityRules(deps.settings);
  }

  async get(key: MeetingKey): Promise<Meeting> {
    const meeting = await this.#deps.store.get(key);
    if (meeting === undefined) throw notFound(key.name);
    return meeting;
  }

  /**
   * Creates under `metadata.name`, or under a name made from `metadata.generateName`.
   * @returns the Meeting; `isReplay`: it had been made by the same request before; what the client should be told
   */
  async create(
    draft: MeetingDraft,
    namespace: string,
    { dryRun, once }: CreateOptions,
  ): Promise<{ meeting: Meeting; isReplay: boolean; warnings: string[] }> {
    const { name, generateName } = draft.metadata;
    if (name === undefined && generateName === undefined) {
      throw invalid('', [
        { reason: 'FieldValueRequired', message: 'required: name or generateName', field: 'metadata.name' },
      ]);
    }
    const { cause, warning } = await this.#urlRules.check(draft.spec);
    const causes = [cause, this.#identityRules.check(draft.spec)].filter((each) => each !== undefined);
    if (causes.length > 0) throw invalid(name ?? generateName ?? '', causes);
    const warnings = warning === undefined ? [] : [warning];
    const claimed = once === undefined ? draft : withAnnotation(draft, annotationOf(once));
    for (let attempt = 1; ; attempt++) {
      const suffix = () => (once === undefined ? this.#deps.ids.suffix() : suffixOf(once, generateName ?? '', attempt));
      const key = { namespace, name: name ?? `${generateName}${suffix()}` };
      try {
        return { meeting: await this.#createAs(claimed, key, dryRun), isReplay: false, warnings };
      } catch (error) {
        const isTaken = error instanceof ControllerError && error.code === 'AlreadyExists';
        if (!isTaken && !isAlreadyExists(error)) throw error;
        const earlier = once === undefined ? undefined : await this.#madeBy(key, once);
        if (earlier !== undefined) return { meeting: earlier, isReplay: true, warnings };
        if (name !== undefined || attempt === MAX_TRIES) throw alreadyExists(key.name);
      }
    }
  }

  /** The Meeting that was made by a request. @throws ApiError `Invalid` when its key was for another request */
  async #madeBy(key: MeetingKey, once: IdempotencyKey): Promise<Meeting | undefined> {
    const meeting = await this.#deps.store.get(key);
    if (meeting === undefined) return undefined;
    const claim = claimOf(meeting, once);
    if (claim !== 'reused') return claim === 'same' ? meeting : undefined;
    const message = `it was used for another request, which made ${key.name}`;
    throw invalid(key.name, [{ reason: 'FieldValueInvalid', message, field: 'Idempotency-Key' }]);
  }

  /**
   * Changes a Meeting to what `draftOf` makes of the stored one.
   * A draft that names a resourceVersion or uid means that one only; else a lost race is run again.
   */
  async change(
    key: MeetingKey,
    draftOf: (current: Meeting) => MeetingDraft,
    { dryRun }: WriteOptions,
  ): Promise<{ meeting: Meeting; draft: MeetingDraft }> {
    return this.#untilWritten(key.name, async () => {
      const current = await this.get(key);
      const draft = draftOf(current);
      expectIdentity(current, draft.metadata);
      const next = changedMeeting(current, draft);
      // One that was there when the Meeting was made may have gone from the settings: other changes are no matter of it.
      const cause = next.spec.identity === current.spec.identity ? undefined : this.#identityRules.check(next.spec);
      if (cause !== undefined) throw invalid(key.name, [cause]);
      expectSize(next);
      const isSame = next === current;
      const meeting = isSame || dryRun ? next : await this.#write(current, next);
      return { meeting, draft };
    });
  }

  /**
   * @param check - throws where the stored Meeting is not the one that the client means
   * @returns the Meeting as it is now; `isGone` when nothing held it
   */
  async remove(
    key: MeetingKey,
    preconditions: Preconditions,
    { dryRun }: WriteOptions,
    check: (current: Meeting) => void = () => {},
  ): Promise<{ meeting: Meeting; isGone: boolean }> {
    return this.#untilWritten(key.name, async () => {
      const current = await this.get(key);
      check(current);
      expectIdentity(current, preconditions);
      const next = deletedMeeting(current, this.#deps.clock.now());
      const isDone = next === current && !isGone(next);
      const meeting = dryRun || isDone ? next : await this.#write(current, next);
      return { meeting, isGone: isGone(next) };
    });
  }

  /** Takes a recorder's report of its own Meeting. @returns the Meeting as it is then */
  async report(key: MeetingKey, claims: RecorderClaims, report: RecorderReport): Promise<Meeting> {
    let known = await this.#knownOutcome(key, claims, report);
    return this.#untilWritten(
      key.name,
      async () => {
        const { current, outcome } = known ?? this.#outcomeOf(await this.getOwn(key, claims), report);
        known = undefined;
        switch (outcome.kind) {
          case 'stale':
            throw attemptOver(key.name, `attempt ${report.attempt} is over`);
          case 'heartbeat':
            this.#deps.heartbeats.record(current, report);
            return current;
          case 'told':
            this.#deps.heartbeats.record(current, report);
            this.#deps.onChanged(key);
            return current;
          default: {
            const written = await this.#deps.store.update(outcome.meeting, outcome.dueAt);
            this.#deps.heartbeats.record(written, report);
            this.#deps.onReported?.(current, written);
            this.#deps.onWritten(written);
            return written;
          }
        }
      },
      // A lost race is nobody's end: the recorder's next report does as well.
      busy,
    );
  }

  /** The Meeting that a recorder was launched for: not another of the same name, and not after its time. */
  async getOwn(key: MeetingKey, claims: RecorderClaims): Promise<Meeting> {
    const meeting = await this.get(key);
    const problem = strangeness(meeting, claims);
    if (problem !== undefined) throw attemptOver(key.name, problem);
    return meeting;
  }

  /**
   * What a report makes of a Meeting as this replica knows it, where that will do: a write from it that loses shows that
   * it is not the newest. Whatever ends a recorder wants what is stored.
   */
  async #knownOutcome(key: MeetingKey, claims: RecorderClaims, report: RecorderReport) {
    const known = await this.#deps.fresh?.get(key);
    if (known === undefined || strangeness(known, claims) !== undefined) return undefined;
    const { current, outcome } = this.#outcomeOf(known, report);
    return outcome.kind === 'heartbeat' || outcome.kind === 'changed' ? { current, outcome } : undefined;
  }

  #outcomeOf(current: Meeting, report: RecorderReport): { current: Meeting; outcome: ReportOutcome } {
    return { current, outcome: this.#deps.applyReport(current, report, this.#deps.clock.now()) };
  }

  async #createAs(draft: MeetingDraft, key: MeetingKey, dryRun: boolean): Promise<Meeting> {
    const { admit, clock, ids, store, onWritten } = this.#deps;
    const now = clock.now();
    const { meeting, dueAt } = admit(newMeeting(draft, key, { uid: ids.uid(), now }), now);
    expectSize(meeting);
    if (dryRun) {
      if ((await store.get(key)) !== undefined) throw alreadyExists(key.name);
      return meeting;
    }
    const created = await store.create(meeting, dueAt);
    if (dueAt <= now) onWritten(created);
    return created;
  }

  /** Writes, or removes what nothing holds any more. */
  async #write(current: Meeting, next: Meeting): Promise<Meeting> {
    const { clock, store, onChanged, onWritten } = this.#deps;
    if (isGone(next)) {
      await store.remove(current);
      onChanged(keyOf(current));
      return next;
    }
    const written = await store.update(next, clock.now());
    onWritten(written);
    return written;
  }

  /** @param givenUp - the answer when each try has lost against another writer */
  async #untilWritten<T>(
    name: string,
    attempt: () => Promise<T>,
    givenUp = (lost: string) => conflict(lost),
  ): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        if (tries === MAX_TRIES) throw givenUp(name);
      }
    }
  }
}

function withAnnotation(draft: MeetingDraft, value: string): MeetingDraft {
  const annotations = { ...draft.metadata.annotations, [IDEMPOTENCY_ANNOTATION]: value };
  return { ...draft, metadata: { ...draft.metadata, annotations } };
}

/** Why a Meeting is not the one that a recorder was launched for, if it is not. */
function strangeness({ metadata, status }: Meeting, claims: RecorderClaims): string | undefined {
  if (metadata.uid !== claims.uid) return `it is another Meeting of the same name than that of uid ${claims.uid}`;
  const newest = status.attempts.at(-1)?.number ?? 0;
  return newest > claims.attempt ? `attempt ${claims.attempt} was superseded by ${newest}` : undefined;
}

/** @throws ApiError `Conflict` when what is stored is not what the client means */
function expectIdentity({ metadata }: Meeting, { uid, resourceVersion }: Preconditions): void {
  if (uid !== undefined && uid !== metadata.uid) {
    throw conflict(
      metadata.name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) throw conflict(metadata.name);
}

/** @throws ApiError `RequestEntityTooLarge` */
function expectSize(meeting: Meeting): void {
  const bytes = Buffer.byteLength(JSON.stringify(meeting));
  if (bytes > MAX_MEETING_BYTES) {
    throw new ApiError(
      'RequestEntityTooLarge',
      `a ${KIND} has at most ${MAX_MEETING_BYTES} bytes, this would have ${bytes}`,
    );
  }
}
