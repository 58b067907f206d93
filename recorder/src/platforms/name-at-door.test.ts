import { expect, it } from 'vitest';
import { nameAtDoor } from './name-at-door.ts';
import { BUILT_IN } from './registry.ts';

const { join } = BUILT_IN['microsoft-teams'];

it('is the name as it was given where the platform takes it', () => {
  expect(nameAtDoor('Notes (Ada): 1/2', BUILT_IN.zoom.join)).toBe('Notes (Ada): 1/2');
  const plain = "Zoë O'Brien-Łukasz, 2nd. _ @ 東京".replace(',', '');
  expect(nameAtDoor(plain, join)).toBe(plain);
});

it('has blanks where the platform refuses what stands there', () => {
  expect(nameAtDoor('Notetaker (recording)', join)).toBe('Notetaker recording');
  expect(nameAtDoor(' Acme: weekly / design \u{1f399} ', join)).toBe('Acme weekly design');
});

it('is never empty', () => {
  expect(nameAtDoor('\u{1f399}\ufe0f', join)).toBe('Meeting Recorder');
  expect(nameAtDoor('(:)', join)).toBe('Meeting Recorder');
});
