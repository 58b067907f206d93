import type { AttributeValue, DynamoDBClient, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { toControllerError } from '../aws/aws-error.ts';

/**
 * All items of a query up to `limit`: one answer of DynamoDB ends at 1 MB.
 * @throws ControllerError
 */
export async function queryAll(
  client: DynamoDBClient,
  input: QueryCommandInput,
  limit = Number.POSITIVE_INFINITY,
): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let start = input.ExclusiveStartKey;
  do {
    const missing = limit - items.length;
    const page = await client
      .send(
        new QueryCommand({
          ...input,
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
