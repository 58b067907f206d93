import type { CompleteMeetingSpec, Platform as PlatformName } from '@meetingbot/crds-schema';
import { JoinError, type Platform } from './platform.ts';
import { webPlatform } from './web.ts';

/** Every platform that this recorder can join. */
const PLATFORMS: Partial<Record<PlatformName, (spec: CompleteMeetingSpec) => Platform>> = {
  web: webPlatform,
};

/**
 * The platform of a meeting.
 * @throws JoinError `JoinFailed` for one that this recorder cannot join
 */
export function platformFor(spec: CompleteMeetingSpec): Platform {
  const make = PLATFORMS[spec.platform];
  if (make === undefined) {
    const known = Object.keys(PLATFORMS).join(', ');
    throw new JoinError(
      'JoinFailed',
      `this version of the recorder cannot join ${spec.platform} meetings, only: ${known}`,
    );
  }
  return make(spec);
}
