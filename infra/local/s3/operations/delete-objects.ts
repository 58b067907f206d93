import { receiveXml } from '../body/receive-xml.ts';
import { S3Error } from '../errors.ts';
import { childText, xmlDocument } from '../xml.ts';
import { commit, type Operation, requireBucket } from './context.ts';

/** Most keys in one request. */
const MAX_KEYS = 1000;

/** DeleteObjects: all of them in one transaction; a key that is not there counts as deleted. */
export const deleteObjects: Operation = async (context, request) => {
  const { bucket } = request;
  requireBucket(context, bucket);
  const root = await receiveXml(request, 'Delete');
  const keys = root.children.filter(({ name }) => name === 'Object').map((object) => childText(object, 'Key') ?? '');
  if (keys.length === 0 || keys.length > MAX_KEYS || keys.includes('')) {
    throw new S3Error('MalformedXML', `A Delete names 1 to ${MAX_KEYS} objects by their keys`);
  }
  await commit(context, [], () => keys.flatMap((key) => context.catalog.objects.drop(bucket, key)));
  const quiet = childText(root, 'Quiet') === 'true';
  return { status: 200, body: xmlDocument('DeleteResult', { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) }) };
};
