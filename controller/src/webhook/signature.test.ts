import { describe, expect, it } from 'vitest';
import { parseSecrets, signatureHeaders } from './signature.ts';

/** The old bot's body and signature, as measured from it; secret `topsecret`. */
const OLD_BODY =
  '{"recordingId":"dXNlcjEyM2JvdC00MjA","meetingLink":"https://meet.google.com/abc-defg-hij","status":"completed","blobUrl":"https://my-bucket.s3.eu-central-1.amazonaws.com/meeting-bot/user123/Google%20Meet%20Recording%203:42pm%20Feb%2006%202026.webm","timestamp":"2026-02-06T15:42:10.123Z","metadata":{"userId":"user123","teamId":"team123","botId":"bot-42","contentType":"video/webm","uploaderType":"s3"}}';
const OLD_SIGNATURE = '8cfecac9763257fed7c38e71584e8300169f94e7af1d5e8abb4f0785a8e38772';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the signature of a webhook', () => {
  it("is the old bot's for the old bot's body", () => {
    const headers = signatureHeaders('rec_1', 0, bytes(OLD_BODY), ['topsecret']);
    expect(headers['x-webhook-signature']).toBe(OLD_SIGNATURE);
  });

  it("is Standard Webhooks' for its own test vector", () => {
    const headers = signatureHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_000, bytes('{"test": 2432232314}'), [
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    ]);
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
    expect(headers['webhook-timestamp']).toBe('1614265330');
    expect(headers['webhook-id']).toBe('msg_p5jXN8AQM9LWM0D4loKWxJek');
  });

  it('carries one standard signature for each secret and the old one for the newest', () => {
    const both = signatureHeaders('rec_1', 0, bytes('{}'), ['new', 'old']);
    const [first, second] = ['new', 'old'].map((secret) => signatureHeaders('rec_1', 0, bytes('{}'), [secret]));
    expect(both['webhook-signature']).toBe(`${first?.['webhook-signature']} ${second?.['webhook-signature']}`);
    expect(both['x-webhook-signature']).toBe(first?.['x-webhook-signature']);
  });

  it('reads secrets newest first, whatever blanks are between them', () => {
    expect(parseSecrets('  new \n old ')).toEqual(['new', 'old']);
    expect(parseSecrets(undefined)).toEqual([]);
  });
});
