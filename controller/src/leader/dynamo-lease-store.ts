import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isConditionFailed, toControllerError } from '../aws/aws-error.ts';
import type { LeaseRecord, LeaseStore } from './lease.ts';

const KEY = { pk: { S: 'lease' }, sk: { S: 'leader' } };

/** The lease as one item of the Meetings' table. */
export class DynamoLeaseStore implements LeaseStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor({ client, table }: { client: DynamoDBClient; table: string }) {
    this.#client = client;
    this.#table = table;
  }

  async read(): Promise<LeaseRecord | undefined> {
    try {
      const { Item } = await this.#client.send(
        new GetItemCommand({ TableName: this.#table, Key: KEY, ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      return {
        holder: Item['holder']?.S ?? '',
        version: Number(Item['version']?.N),
        duration: Number(Item['duration']?.N),
      };
    } catch (error) {
      throw toControllerError(error, 'GetItem');
    }
  }

  async write(record: LeaseRecord, seen: number | undefined): Promise<boolean> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: {
            ...KEY,
            // DynamoDB took no empty text until 2020; DynamoDB Local's jar is older.
            ...(record.holder === '' ? {} : { holder: { S: record.holder } }),
            version: { N: String(record.version) },
            duration: { N: String(record.duration) },
          },
          ...(seen === undefined
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: '#version = :seen',
                ExpressionAttributeNames: { '#version': 'version' },
                ExpressionAttributeValues: { ':seen': { N: String(seen) } },
              }),
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw toControllerError(error, 'PutItem');
    }
  }
}
