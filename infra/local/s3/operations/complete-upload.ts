import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumElement,
  compositeChecksum,
  compositeEtag,
} from '../body/checksums.ts';
import { receiveXml } from '../body/receive-xml.ts';
import type { PartRecord, UploadRecord } from '../catalog/uploads.ts';
import { S3Error } from '../errors.ts';
import type { S3Request } from '../request.ts';
import { childText, type XmlElement, xmlDocument } from '../xml.ts';
import { checkWriteConditions, commit, MAX_PARTS, MIN_PART, type Operation, quoted, unquoted } from './context.ts';
import { requireUpload } from './multipart.ts';

/** A part as the client names it. */
interface NamedPart {
  readonly number: number;
  readonly etag: string;
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
}

/**
 * CompleteMultipartUpload. The parts named become the object, by reference: the time it takes depends on their
 * number, not on their size. Parts that are not named are thrown away.
 */
export const completeMultipartUpload: Operation = async (context, request) => {
  const { catalog, clock } = context;
  const { bucket, key } = request;
  const upload = requireUpload(context, request);
  const named = readNamedParts(await receiveXml(request, 'CompleteMultipartUpload'));
  let etag = '';
  let checksum: ReturnType<typeof compositeChecksum> | undefined;
  await commit(context, [], () => {
    requireUpload(context, request);
    checkWriteConditions(request, catalog.objects.get(bucket, key));
    const parts = selectParts(upload, catalog.uploads.parts(upload.id), named);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    checkObjectSize(request, size);
    etag = compositeEtag(parts.map((part) => part.etag));
    checksum = objectChecksum(upload, parts);
    const slices = parts.flatMap((part) => catalog.slices.of(part.id));
    const { headers } = upload;
    const replaced = catalog.objects.put({ bucket, key, size, etag, modified: clock.now(), headers, checksum }, slices);
    return [...replaced, ...catalog.uploads.drop(upload.id)];
  });
  const body = xmlDocument('CompleteMultipartUploadResult', {
    Location: `http://${request.header('host') ?? 'localhost'}/${bucket}/${encodeURIComponent(key)}`,
    Bucket: bucket,
    Key: key,
    ETag: quoted(etag),
    ...(checksum === undefined
      ? {}
      : { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }),
  });
  return { status: 200, body };
};

/** @throws S3Error MalformedXML, InvalidPartOrder */
function readNamedParts(root: XmlElement): NamedPart[] {
  const named = root.children
    .filter(({ name }) => name === 'Part')
    .map((part) => ({
      number: Number(childText(part, 'PartNumber')),
      etag: unquoted(childText(part, 'ETag') ?? ''),
      checksums: new Map(
        CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
          const value = childText(part, checksumElement(algorithm));
          return value === undefined ? [] : [[algorithm, value] as const];
        }),
      ),
    }));
  if (named.length === 0 || named.length > MAX_PARTS || named.some(({ number }) => !Number.isInteger(number))) {
    throw new S3Error('MalformedXML', `A CompleteMultipartUpload names 1 to ${MAX_PARTS} parts by their numbers`);
  }
  if (named.some(({ number }, at) => number <= (named[at - 1]?.number ?? 0))) {
    throw new S3Error(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  }
  return named;
}

/** @throws S3Error InvalidPart, EntityTooSmall, InvalidRequest */
function selectParts(upload: UploadRecord, stored: readonly PartRecord[], named: readonly NamedPart[]): PartRecord[] {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  return named.map(({ number, etag, checksums }, at) => {
    const part = byNumber.get(number);
    const sent = part?.checksum === undefined ? undefined : checksums.get(part.checksum.algorithm);
    if (part === undefined || part.etag !== etag || (sent !== undefined && sent !== part.checksum?.value)) {
      throw new S3Error(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { UploadId: upload.id, PartNumber: number, ETag: etag },
      );
    }
    if (upload.algorithm !== undefined && sent === undefined) {
      throw new S3Error(
        'InvalidRequest',
        `The upload was created using a ${upload.algorithm.toLowerCase()} checksum. The complete request must ` +
          `include the checksum for each part. It was missing for part ${number} in the request.`,
      );
    }
    if (part.size < MIN_PART && at < named.length - 1) {
      throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        ProposedSize: part.size,
        MinSizeAllowed: MIN_PART,
        PartNumber: number,
        ETag: etag,
      });
    }
    return part;
  });
}

/** @throws S3Error InvalidRequest when the client expected another size */
function checkObjectSize(request: S3Request, size: number): void {
  const expected = request.header('x-amz-mp-object-size');
  if (expected !== undefined && Number(expected) !== size) {
    throw new S3Error(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${size}`,
    );
  }
}

function objectChecksum({ algorithm }: UploadRecord, parts: readonly PartRecord[]) {
  if (algorithm === undefined) return undefined;
  return compositeChecksum(
    algorithm,
    parts.map(({ checksum }) => checksum?.value ?? ''),
  );
}
