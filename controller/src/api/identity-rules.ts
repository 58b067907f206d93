import {
  ANY_IDENTITY,
  type BrowserIdentity,
  type CompleteMeetingSpec,
  type ControllerSettings,
  type FieldCause,
  parseBrowserIdentities,
  shownValue,
} from '@meetingbot/crds-schema';

/** Whether spec.identity is one of setting BROWSER_IDENTITIES, and of the meeting's platform. */
export class IdentityRules {
  readonly #identities: readonly BrowserIdentity[];

  /** @throws SettingsError */
  constructor(settings: Partial<Pick<ControllerSettings, 'BROWSER_IDENTITIES'>>) {
    this.#identities = parseBrowserIdentities(settings.BROWSER_IDENTITIES);
  }

  /** What is wrong with it, if anything is. */
  check({ identity, platform }: Pick<CompleteMeetingSpec, 'identity' | 'platform'>): FieldCause | undefined {
    if (identity === undefined) return undefined;
    const names = this.#identities.filter((each) => each.platform === platform).map(({ name }) => name);
    if (names.length === 0) {
      return {
        reason: 'FieldValueForbidden',
        message: `setting BROWSER_IDENTITIES has no signed-in identity for platform ${platform}`,
        field: 'spec.identity',
      };
    }
    if (identity === ANY_IDENTITY || names.includes(identity)) return undefined;
    return {
      reason: 'FieldValueNotSupported',
      message: `expected one of ${[...names, ANY_IDENTITY].join(', ')}, got ${shownValue(identity)}`,
      field: 'spec.identity',
    };
  }
}
