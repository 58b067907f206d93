import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isConditionFailed, toControllerError } from '../aws/aws-error.ts';
import type { IdentityHolder, IdentityLocks } from '../ports.ts';
import { text } from './meeting-item.ts';

const PK = 'identity';

/** One item of the Meetings' table for each identity: pk = identity, sk = its name. */
export class DynamoIdentityLocks implements IdentityLocks {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor({ client, table }: { client: DynamoDBClient; table: string }) {
    this.#client = client;
    this.#table = table;
  }

  async read(identity: string): Promise<IdentityHolder | undefined> {
    try {
      const { Item } = await this.#client.send(
        new GetItemCommand({ TableName: this.#table, Key: keyOf(identity), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      return {
        key: { namespace: text(Item, 'namespace'), name: text(Item, 'meeting') },
        uid: text(Item, 'uid'),
        version: text(Item, 'rv'),
      };
    } catch (error) {
      throw toControllerError(error, 'GetItem');
    }
  }

  async write(identity: string, holder: IdentityHolder, seen: IdentityHolder | undefined): Promise<boolean> {
    const { key, uid, version } = holder;
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: {
            ...keyOf(identity),
            namespace: { S: key.namespace },
            meeting: { S: key.name },
            uid: { S: uid },
            rv: { N: version },
          },
          ...(seen === undefined
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: 'uid = :uid AND rv = :rv',
                ExpressionAttributeValues: { ':uid': { S: seen.uid }, ':rv': { N: seen.version } },
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

function keyOf(identity: string) {
  return { pk: { S: PK }, sk: { S: identity } };
}
