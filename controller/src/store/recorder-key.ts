import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isConditionFailed, toControllerError } from '../aws/aws-error.ts';

const KEY = { pk: { S: 'secret' }, sk: { S: 'recorder-token-key' } };
const KEY_BYTES = 32;

/**
 * The key that signs recorders' tokens: made once by the first replica that needs it, the same for all of them and
 * over restarts, so that a launch that is repeated makes the same request.
 * @throws ControllerError when the table can't be read or written
 */
export async function recorderTokenKey(client: DynamoDBClient, table: string): Promise<Uint8Array> {
  try {
    const stored = await readKey(client, table);
    if (stored !== undefined) return stored;
    const made = randomBytes(KEY_BYTES);
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: { ...KEY, value: { B: made } },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return made;
  } catch (error) {
    if (!isConditionFailed(error)) throw toControllerError(error, 'recorder key');
    const stored = await readKey(client, table);
    if (stored === undefined) throw toControllerError(error, 'recorder key');
    return stored;
  }
}

async function readKey(client: DynamoDBClient, table: string): Promise<Uint8Array | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: KEY, ConsistentRead: true }));
  return Item?.['value']?.B;
}
