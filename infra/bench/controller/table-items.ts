import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Meeting } from '@meetingbot/crds-schema';
import { LOCAL } from '../../local/stack/places.ts';

type Item = Record<string, AttributeValue>;
/** BatchWriteItem takes no more. */
const BATCH = 25;

/** The item of a Meeting as the controller wrote it. */
export async function itemOf(client: DynamoDBClient, name: string): Promise<Item> {
  const Key = { pk: { S: 'ns#default' }, sk: { S: `meeting#${name}` } };
  const { Item: item } = await client.send(new GetItemCommand({ TableName: LOCAL.table, Key }));
  if (item === undefined) throw new Error(`there is no item of ${name}`);
  return item;
}

/** The same item under another name, with another status where one is given. */
export function cloneOf(item: Item, name: string, status?: Meeting['status']): Item {
  const doc = JSON.parse(item['doc']?.S ?? '') as Meeting;
  const metadata = { ...doc.metadata, name, uid: crypto.randomUUID() };
  const clone = { ...doc, metadata, ...(status === undefined ? {} : { status }) };
  return { ...item, sk: { S: `meeting#${name}` }, doc: { S: JSON.stringify(clone) } };
}

export async function putItem(client: DynamoDBClient, item: Item): Promise<void> {
  await client.send(new PutItemCommand({ TableName: LOCAL.table, Item: item }));
}

export async function putItems(client: DynamoDBClient, items: readonly Item[]): Promise<void> {
  for (let first = 0; first < items.length; first += BATCH) {
    const requests = items.slice(first, first + BATCH).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [LOCAL.table]: requests } }));
  }
}
