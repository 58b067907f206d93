import { expect, test } from 'vitest';
import { parseClientMessage } from './protocol.ts';

test('a join has a trimmed, bounded name and falls back to the modest role and the whole picture', () => {
  const message = parseClientMessage(JSON.stringify({ type: 'join', name: `  ${'n'.repeat(100)} `, role: 'host' }));

  expect(message).toEqual({ type: 'join', name: 'n'.repeat(80), role: 'guest', wants: 'full' });
});

test.each([
  'no json',
  'null',
  '[]',
  '{"type":"join"}',
  '{"type":"join","name":" "}',
  '{"type":"signal","to":1}',
  '{"type":"admit"}',
])('%s is no message of ours', (frame) => {
  const message = parseClientMessage(frame);

  expect(message).toBeUndefined();
});
