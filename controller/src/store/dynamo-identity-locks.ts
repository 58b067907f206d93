import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { awsFailureOf, toControllerError } from '../aws/aws-error.ts';
import type { IdentityHolder, IdentityLocks } from '../ports.ts';

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
      const text = (name: string) => Item[name]?.S ?? '';
      return {
        key: { namespace: text('namespace'), name: text('meeting') },
        uid: text('uid'),
        version: Item['rv']?.N ?? '0',
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
      if (awsFailureOf(error).name === 'ConditionalCheckFailedException') return false;
      throw toControllerError(error, 'PutItem');
    }
  }
}

function keyOf(identity: string) {
  return { pk: { S: PK }, sk: { S: identity } };
}
