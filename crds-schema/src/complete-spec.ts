import { Value } from 'typebox/value';
import { type CompleteMeetingSpec, LeaveSpec, MeetingSpec, RecordingSpec } from './meeting-spec.ts';
import { platformOfUrl } from './meeting-url.ts';
import { causesOf, type FieldCause } from './validation.ts';

export type SpecResult = { spec: CompleteMeetingSpec; causes: [] } | { spec?: undefined; causes: FieldCause[] };

/**
 * Checks a spec and fills in its defaults: nothing else of it is changed.
 * @returns the complete spec, or one cause for each field that is wrong
 */
export function completeSpec(input: unknown): SpecResult {
  const causes = causesOf(MeetingSpec, input, 'spec');
  if (causes.length > 0) return { causes };
  const spec = Value.Default(MeetingSpec, structuredClone(input)) as MeetingSpec;
  const platform = spec.platform ?? platformOfUrl(spec.url) ?? (spec.join === undefined ? undefined : 'web');
  if (platform === undefined) {
    return {
      causes: [
        {
          reason: 'FieldValueRequired',
          message: `required: the host of spec.url belongs to no platform we know by name; say web (with spec.join to get in)`,
          field: 'spec.platform',
        },
      ],
    };
  }
  if (spec.join !== undefined && platform !== 'web') {
    return {
      causes: [
        { reason: 'FieldValueForbidden', message: `only for platform web, not ${platform}`, field: 'spec.join' },
      ],
    };
  }
  return {
    causes: [],
    spec: {
      ...spec,
      platform,
      recording: Value.Default(RecordingSpec, spec.recording ?? {}) as CompleteMeetingSpec['recording'],
      leave: Value.Default(LeaveSpec, spec.leave ?? {}) as CompleteMeetingSpec['leave'],
    } as CompleteMeetingSpec,
  };
}
