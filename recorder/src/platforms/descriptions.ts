import { causesOf, type DescribedPlatform, type Logger, PlatformPagesFile } from '@meetingbot/crds-schema';
import type { Descriptions } from './registry.ts';

const NAME = 'PLATFORM_PAGES_KEY';
/** A description of all platforms has some 50 kB. */
const MAX_BYTES = 2_000_000;

/**
 * Descriptions of pages from the operator's document. One that is absent, no JSON or not of the schema is as if there were
 * none: the built-in descriptions hold, and a warning names the field. Never throws.
 * @param read - resolves to the document; rejects where there is none
 */
export async function readDescriptions(read: () => Promise<Buffer>, logger: Logger): Promise<Descriptions> {
  const builtIn = (why: string): Descriptions => {
    logger.warn({ setting: NAME, why }, 'the built-in descriptions of pages are used');
    return {};
  };
  let document: unknown;
  try {
    const body = await read();
    if (body.length > MAX_BYTES) return builtIn(`expected at most ${MAX_BYTES} bytes, got ${body.length}`);
    document = JSON.parse(body.toString('utf8'));
  } catch (error) {
    return builtIn(error instanceof Error ? error.message : String(error));
  }
  const [cause] = causesOf(PlatformPagesFile, document);
  if (cause !== undefined) return builtIn(`${cause.field}: ${cause.message}`);
  const { platforms } = document as PlatformPagesFile;
  for (const { platform, version } of platforms) logger.info({ platform, version }, 'described by the operator');
  return Object.fromEntries(platforms.map((pages) => [pages.platform, pages])) as Partial<
    Record<DescribedPlatform, (typeof platforms)[number]>
  >;
}
