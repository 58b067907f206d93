import { type DynamoDBClient, GetItemCommand, PutItemCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Clock, Meeting, MeetingKey } from '@meetingbot/crds-schema';
import { keyString } from '@meetingbot/crds-schema';
import { awsFailureOf, isConditionFailed, toControllerError } from '../aws/aws-error.ts';
import { ConflictError, ControllerError } from '../errors.ts';
import type { DueMeeting, MeetingPage, MeetingStore } from '../ports.ts';
import type { StoreObserver } from './change-log.ts';
import { continueAfter, parseContinue } from './continue-token.ts';
import {
  DUE_INDEX,
  dueShard,
  fromItem,
  type Item,
  isGone,
  itemKey,
  keyOfItem,
  MEETING_SK,
  namespaceOfPk,
  namespacePk,
  REGISTRY_PK,
  registryItem,
  SHARDS,
  text,
  toGoneItem,
  toItem,
} from './meeting-item.ts';
import { queryAll } from './query-all.ts';
import { VersionClock } from './resource-version.ts';

export interface DynamoMeetingStoreOptions {
  client: DynamoDBClient;
  table: string;
  clock: Pick<Clock, 'now'>;
  observer?: StoreObserver;
}

/** Over what is left of a removed Meeting too, with a greater version: versions of a name grow over its lives. */
const IS_NEW = 'attribute_not_exists(pk) OR (attribute_exists(goneAt) AND rv < :rv)';
const IS_UNCHANGED = 'rv = :seen AND attribute_not_exists(goneAt)';
/** Tries of a create whose clock is behind the one that removed the name's last Meeting. */
const MAX_CREATE_TRIES = 3;

/** Meetings in one DynamoDB table; `meeting-item.ts` has its layout. */
export class DynamoMeetingStore implements MeetingStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #observer: StoreObserver | undefined;
  readonly #versions: VersionClock;
  /** Namespaces this process knows to be in the registry. */
  readonly #registered = new Set<string>();

  constructor({ client, table, clock, observer }: DynamoMeetingStoreOptions) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
    this.#observer = observer;
    this.#versions = new VersionClock(clock);
  }

  async create(meeting: Meeting, dueAt: number | undefined): Promise<Meeting> {
    await this.#register(meeting.metadata.namespace);
    let after: string | undefined;
    for (let tries = 1; ; tries++) {
      const created = this.#withVersion(meeting, this.#versions.next(after));
      const item = toItem(created, dueAt);
      const lost = await this.#put(item, IS_NEW, { ':rv': { N: created.metadata.resourceVersion } });
      if (lost === undefined) {
        this.#observer?.written('ADDED', created);
        return created;
      }
      const stored = await this.#read(meeting.metadata);
      if (stored === undefined || !isGone(stored) || tries === MAX_CREATE_TRIES) {
        throw new ControllerError('AlreadyExists', `${keyString(meeting.metadata)} exists`, { cause: lost });
      }
      after = text(stored, 'rv');
    }
  }

  async get(key: MeetingKey): Promise<Meeting | undefined> {
    const item = await this.#read(key);
    return item === undefined || isGone(item) ? undefined : this.#seen(fromItem(item));
  }

  async list(options: { namespace?: string; limit: number; continueToken?: string }): Promise<MeetingPage> {
    const after = options.continueToken === undefined ? undefined : parseContinue(options.continueToken);
    const namespaces = options.namespace === undefined ? await this.namespaces() : [options.namespace];
    // One more than asked for tells whether there is a next page.
    const wanted = options.limit + 1;
    const found: Meeting[] = [];
    for (const namespace of namespaces) {
      if (found.length >= wanted) break;
      if (after !== undefined && namespace < after.namespace) continue;
      const start = namespace === after?.namespace ? after : undefined;
      found.push(...(await this.#listOne(namespace, wanted - found.length, start)));
    }
    const items = found.slice(0, options.limit);
    const last = items.at(-1);
    return found.length < wanted || last === undefined
      ? { items }
      : { items, continueToken: continueAfter(last.metadata) };
  }

  async namespaces(): Promise<string[]> {
    const items = await this.#query({
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: REGISTRY_PK } },
      ConsistentRead: true,
    });
    return items.map((item) => namespaceOfPk(text(item, 'sk')));
  }

  async update(meeting: Meeting, dueAt: number | undefined): Promise<Meeting> {
    const updated = await this.#replace(meeting, (next) => toItem(next, dueAt));
    this.#observer?.written('MODIFIED', updated);
    return updated;
  }

  async remove(meeting: Meeting): Promise<void> {
    const gone = await this.#replace(meeting, (next) => toGoneItem(next, this.#clock.now()));
    this.#observer?.written('DELETED', gone);
  }

  /** Writes what takes the place of the Meeting, if it is still at its version. @throws ConflictError */
  async #replace(meeting: Meeting, itemOf: (next: Meeting) => Item): Promise<Meeting> {
    const seen = meeting.metadata.resourceVersion;
    const next = this.#withVersion(meeting, this.#versions.next(seen));
    const lost = await this.#put(itemOf(next), IS_UNCHANGED, { ':seen': { N: seen } });
    if (lost !== undefined) throw conflict(meeting, lost);
    return next;
  }

  /**
   * Puts an item on a condition. The SDK tries again when an answer is lost, and then loses against its own first
   * try: what is stored tells.
   * @returns undefined when it is written, else the error of the condition
   */
  async #put(item: Item, condition: string, values: Item): Promise<unknown> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: item,
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
        }),
      );
      return undefined;
    } catch (error) {
      if (!isConditionFailed(error)) throw toControllerError(error, 'PutItem');
      if (awsFailureOf(error).attempts === 1) return error;
      const stored = await this.#read(keyOfItem(item));
      return stored?.['doc']?.S === item['doc']?.S ? undefined : error;
    }
  }

  async due(from: number, until: number): Promise<DueMeeting[]> {
    const shards = await Promise.all(
      Array.from({ length: SHARDS }, (_, index) =>
        this.#query({
          IndexName: DUE_INDEX,
          KeyConditionExpression: 'dueShard = :shard AND dueAt BETWEEN :from AND :until',
          ExpressionAttributeValues: {
            ':shard': { S: dueShard(index) },
            ':from': { N: String(Math.floor(from)) },
            ':until': { N: String(Math.floor(until)) },
          },
        }),
      ),
    );
    return shards.flat().map((item) => ({ key: keyOfItem(item), dueAt: Number(text(item, 'dueAt')) }));
  }

  async #listOne(namespace: string, limit: number, after: MeetingKey | undefined): Promise<Meeting[]> {
    const items = await this.#query(
      {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': { S: namespacePk(namespace) }, ':sk': { S: MEETING_SK } },
        FilterExpression: 'attribute_not_exists(goneAt)',
        ConsistentRead: true,
        ...(after === undefined ? {} : { ExclusiveStartKey: itemKey({ namespace, name: after.name }) }),
      },
      limit,
    );
    return items.map((item) => this.#seen(fromItem(item)));
  }

  #query(input: Omit<QueryCommandInput, 'TableName'>, limit?: number): Promise<Item[]> {
    return queryAll(this.#client, { ...input, TableName: this.#table }, limit);
  }

  #seen(meeting: Meeting): Meeting {
    this.#observer?.read(meeting);
    return meeting;
  }

  async #read(key: MeetingKey): Promise<Item | undefined> {
    try {
      const { Item } = await this.#client.send(
        new GetItemCommand({ TableName: this.#table, Key: itemKey(key), ConsistentRead: true }),
      );
      return Item;
    } catch (error) {
      throw toControllerError(error, 'GetItem');
    }
  }

  async #register(namespace: string): Promise<void> {
    if (this.#registered.has(namespace)) return;
    try {
      await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: registryItem(namespace) }));
    } catch (error) {
      throw toControllerError(error, 'PutItem');
    }
    this.#registered.add(namespace);
  }

  #withVersion(meeting: Meeting, resourceVersion: string): Meeting {
    return { ...meeting, metadata: { ...meeting.metadata, resourceVersion } };
  }
}

function conflict(meeting: Meeting, cause: unknown): ConflictError {
  return new ConflictError(`${keyString(meeting.metadata)} has been written by somebody else`, cause);
}
