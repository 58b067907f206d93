import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  DeleteItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { MeetingKey } from '@meetingbot/crds-schema';
import { isConditionFailed, toControllerError } from '../aws/aws-error.ts';
import { ControllerError } from '../errors.ts';
import { type ChangedKey, type ChangeLog, REMEMBER_GONE_MS, type StoredVersion } from './change-log.ts';
import {
  CHANGE_INDEX,
  changeShard,
  DUE_INDEX,
  fromItem,
  goneShard,
  type Item,
  isGone,
  itemKey,
  keyOfItem,
  SHARDS,
  text,
} from './meeting-item.ts';
import { queryAll } from './query-all.ts';

/** BatchGetItem takes so many keys. */
const BATCH = 100;
/** Answers may leave keys out, which are then asked for again; each answer has at least one. */
const MAX_ROUNDS = 20;

/** The change log of a table: its index by version, and the items of removed Meetings. */
export class DynamoChangeLog implements ChangeLog {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor({ client, table }: { client: DynamoDBClient; table: string }) {
    this.#client = client;
    this.#table = table;
  }

  async changedSince(version: string, limit: number): Promise<ChangedKey[]> {
    const shards = await Promise.all(
      Array.from({ length: SHARDS }, (_, index) =>
        queryAll(
          this.#client,
          {
            TableName: this.#table,
            IndexName: CHANGE_INDEX,
            KeyConditionExpression: 'changeShard = :shard AND rv > :version',
            ExpressionAttributeValues: { ':shard': { S: changeShard(index) }, ':version': { N: version } },
          },
          limit,
        ),
      ),
    );
    return shards.flat().map((item) => ({ key: keyOfItem(item), version: text(item, 'rv') }));
  }

  async read(keys: readonly MeetingKey[]): Promise<StoredVersion[]> {
    const batches = Array.from({ length: Math.ceil(keys.length / BATCH) }, (_, index) =>
      this.#readBatch(keys.slice(index * BATCH, (index + 1) * BATCH).map(itemKey)),
    );
    const items = (await Promise.all(batches)).flat();
    return items.map((item) => ({ meeting: fromItem(item), isGone: isGone(item) }));
  }

  async #readBatch(keys: Item[]): Promise<Item[]> {
    const items: Item[] = [];
    let missing: Item[] | undefined = keys;
    for (let round = 0; missing !== undefined && missing.length > 0; round++) {
      if (round === MAX_ROUNDS) throw new ControllerError('Throttled', 'BatchGetItem leaves keys out');
      const request: Record<string, { Keys: Item[]; ConsistentRead: boolean }> = {
        [this.#table]: { Keys: missing, ConsistentRead: true },
      };
      const answer: BatchGetItemCommandOutput = await this.#client
        .send(new BatchGetItemCommand({ RequestItems: request }))
        .catch((error: unknown) => {
          throw toControllerError(error, 'BatchGetItem');
        });
      items.push(...(answer.Responses?.[this.#table] ?? []));
      missing = answer.UnprocessedKeys?.[this.#table]?.Keys;
    }
    return items;
  }

  async forgetGone(now: number): Promise<number> {
    const until = String(Math.floor(now));
    let forgotten = 0;
    for (let index = 0; index < SHARDS; index++) {
      const items = await queryAll(this.#client, {
        TableName: this.#table,
        IndexName: DUE_INDEX,
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :until',
        ExpressionAttributeValues: { ':shard': { S: goneShard(index) }, ':until': { N: until } },
      });
      for (const item of items) if (await this.#forget(item)) forgotten++;
    }
    return forgotten;
  }

  /** Only what is still the removed one: the name may have been taken again since the index was read. */
  async #forget(item: Item): Promise<boolean> {
    try {
      await this.#client.send(
        new DeleteItemCommand({
          TableName: this.#table,
          Key: itemKey(keyOfItem(item)),
          ConditionExpression: 'goneAt <= :goneAt',
          ExpressionAttributeValues: { ':goneAt': { N: String(Number(text(item, 'dueAt')) - REMEMBER_GONE_MS) } },
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw toControllerError(error, 'DeleteItem');
    }
  }
}
