import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Clock, Meeting, MeetingKey } from '@meetingbot/crds-schema';
import { keyString } from '@meetingbot/crds-schema';
import { awsFailureOf, toControllerError } from '../aws/aws-error.ts';
import { ConflictError, ControllerError } from '../errors.ts';
import type { DueMeeting, MeetingPage, MeetingStore } from '../ports.ts';
import { continueAfter, parseContinue } from './continue-token.ts';
import {
  DUE_INDEX,
  DUE_SHARDS,
  dueShard,
  fromItem,
  type Item,
  itemKey,
  keyOfItem,
  MEETING_SK,
  namespaceOfPk,
  namespacePk,
  REGISTRY_PK,
  registryItem,
  text,
  toItem,
} from './meeting-item.ts';
import { VersionClock } from './resource-version.ts';

export interface DynamoMeetingStoreOptions {
  client: DynamoDBClient;
  table: string;
  clock: Pick<Clock, 'now'>;
}

const IS_NEW = 'attribute_not_exists(pk)';
const IS_UNCHANGED = 'rv = :seen';

/** Meetings in one DynamoDB table; `meeting-item.ts` has its layout. */
export class DynamoMeetingStore implements MeetingStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #versions: VersionClock;
  /** Namespaces this process knows to be in the registry. */
  readonly #registered = new Set<string>();

  constructor({ client, table, clock }: DynamoMeetingStoreOptions) {
    this.#client = client;
    this.#table = table;
    this.#versions = new VersionClock(clock);
  }

  async create(meeting: Meeting, dueAt: number | undefined): Promise<Meeting> {
    await this.#register(meeting.metadata.namespace);
    const created = this.#withVersion(meeting, this.#versions.next());
    const item = toItem(created, dueAt);
    try {
      await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: item, ConditionExpression: IS_NEW }));
    } catch (error) {
      if (!isConditionFailed(error)) throw toControllerError(error, 'PutItem');
      if (!(await this.#wasOurs(error, item))) {
        throw new ControllerError('AlreadyExists', `${keyString(meeting.metadata)} exists`, { cause: error });
      }
    }
    return created;
  }

  async get(key: MeetingKey): Promise<Meeting | undefined> {
    const item = await this.#read(key);
    return item && fromItem(item);
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
    const items = await this.#query(
      {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: REGISTRY_PK } },
        ConsistentRead: true,
      },
      Number.POSITIVE_INFINITY,
    );
    return items.map((item) => namespaceOfPk(text(item, 'sk')));
  }

  async update(meeting: Meeting, dueAt: number | undefined): Promise<Meeting> {
    const seen = meeting.metadata.resourceVersion;
    const updated = this.#withVersion(meeting, this.#versions.next(seen));
    const item = toItem(updated, dueAt);
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: item,
          ConditionExpression: IS_UNCHANGED,
          ExpressionAttributeValues: { ':seen': { N: seen } },
        }),
      );
    } catch (error) {
      if (!isConditionFailed(error)) throw toControllerError(error, 'PutItem');
      if (!(await this.#wasOurs(error, item))) throw conflict(meeting, error);
    }
    return updated;
  }

  async remove(meeting: Meeting): Promise<void> {
    try {
      await this.#client.send(
        new DeleteItemCommand({
          TableName: this.#table,
          Key: itemKey(meeting.metadata),
          ConditionExpression: IS_UNCHANGED,
          ExpressionAttributeValues: { ':seen': { N: meeting.metadata.resourceVersion } },
        }),
      );
    } catch (error) {
      if (!isConditionFailed(error)) throw toControllerError(error, 'DeleteItem');
      const retried = awsFailureOf(error).attempts > 1;
      if (!retried || (await this.#read(meeting.metadata)) !== undefined) throw conflict(meeting, error);
    }
  }

  async due(from: number, until: number): Promise<DueMeeting[]> {
    const shards = await Promise.all(
      Array.from({ length: DUE_SHARDS }, (_, index) =>
        this.#query(
          {
            IndexName: DUE_INDEX,
            KeyConditionExpression: 'dueShard = :shard AND dueAt BETWEEN :from AND :until',
            ExpressionAttributeValues: {
              ':shard': { S: dueShard(index) },
              ':from': { N: String(Math.floor(from)) },
              ':until': { N: String(Math.floor(until)) },
            },
          },
          Number.POSITIVE_INFINITY,
        ),
      ),
    );
    return shards.flat().map((item) => ({ key: keyOfItem(item), dueAt: Number(text(item, 'dueAt')) }));
  }

  async #listOne(namespace: string, limit: number, after: MeetingKey | undefined): Promise<Meeting[]> {
    const items = await this.#query(
      {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': { S: namespacePk(namespace) }, ':sk': { S: MEETING_SK } },
        ConsistentRead: true,
        ...(after === undefined ? {} : { ExclusiveStartKey: itemKey({ namespace, name: after.name }) }),
      },
      limit,
    );
    return items.map(fromItem);
  }

  /** All items of a query up to `limit`: one answer of DynamoDB ends at 1 MB. */
  async #query(input: Omit<QueryCommandInput, 'TableName'>, limit: number): Promise<Item[]> {
    const items: Item[] = [];
    let start = input.ExclusiveStartKey;
    do {
      const missing = limit - items.length;
      const page = await this.#client
        .send(
          new QueryCommand({
            ...input,
            TableName: this.#table,
            ...(Number.isFinite(missing) ? { Limit: missing } : {}),
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        )
        .catch((error: unknown) => {
          throw toControllerError(error, 'Query');
        });
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && items.length < limit);
    return items;
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

  /**
   * The SDK tries again when an answer is lost, and then loses against its own first try.
   * @returns true when what is stored is what that try wrote
   */
  async #wasOurs(error: unknown, item: Item): Promise<boolean> {
    if (awsFailureOf(error).attempts === 1) return false;
    const stored = await this.#read(keyOfItem(item));
    return stored?.['doc']?.S === item['doc']?.S;
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

function isConditionFailed(error: unknown): boolean {
  return awsFailureOf(error).name === 'ConditionalCheckFailedException';
}

function conflict(meeting: Meeting, cause: unknown): ConflictError {
  return new ConflictError(`${keyString(meeting.metadata)} has been written by somebody else`, cause);
}
