import { keyString, type Meeting } from '@meetingbot/crds-schema';
import { beforeEach, describe, expect, it } from 'vitest';
import { aMeetingWith } from './a-meeting-with.ts';
import { Handed } from './handed.ts';

const at = (resourceVersion: string) => aMeetingWith({ metadata: { resourceVersion } });
const id = keyString(at('1').metadata);
const versionOf = (meeting: Meeting | undefined) => meeting?.metadata.resourceVersion;

describe('a Meeting that is handed to the reconciler', () => {
  let handed: Handed;
  beforeEach(() => {
    handed = new Handed();
  });

  it('is taken once', () => {
    handed.put(at('5'));
    expect(versionOf(handed.take(id))).toBe('5');
    expect(handed.take(id)).toBeUndefined();
  });

  it('is the newest, in whatever order they come', () => {
    handed.put(at('10'));
    handed.put(at('9'));
    expect(versionOf(handed.take(id))).toBe('10');
  });

  it('is not what a run has seen already, before or after it was handed', () => {
    handed.saw(at('10'));
    handed.put(at('9'));
    handed.put(at('10'));
    expect(handed.take(id)).toBeUndefined();
    handed.put(at('11'));
    handed.saw(at('12'));
    expect(handed.take(id)).toBeUndefined();
  });

  it('is forgotten with the term of leading', () => {
    handed.saw(at('10'));
    handed.put(at('11'));
    handed.clear();
    expect(handed.take(id)).toBeUndefined();
    handed.put(at('9'));
    expect(versionOf(handed.take(id))).toBe('9');
  });
});
