import { Writable } from 'node:stream';
import { S3Error } from '../errors.ts';
import type { S3Request } from '../request.ts';
import { parseXml, type XmlElement } from '../xml.ts';
import { receiveBody } from './receive.ts';

/** Room for the list of 10 000 parts with an ETag and a checksum each. */
const MAX_XML_BYTES = 4 * 1024 ** 2;

/**
 * Receives and reads an XML body.
 * @throws S3Error MalformedXML, and what `receiveBody` throws
 */
export async function receiveXml(request: S3Request, root: string): Promise<XmlElement> {
  const chunks: Buffer[] = [];
  let size = 0;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      size += chunk.length;
      chunks.push(chunk);
      callback(
        size > MAX_XML_BYTES ? new S3Error('MalformedXML', `The XML is longer than ${MAX_XML_BYTES} bytes`) : null,
      );
    },
  });
  await receiveBody(request, sink);
  return parseXml(Buffer.concat(chunks).toString('utf8'), root);
}
