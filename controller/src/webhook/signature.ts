import { createHmac } from 'node:crypto';

/** The secrets of NOTIFY_WEBHOOK_SECRET, newest first. */
export function parseSecrets(setting: string | undefined): string[] {
  return (setting ?? '').split(/\s+/).filter((secret) => secret !== '');
}

/**
 * The same, of a webhook that is to be sent.
 * @throws Error where there is none, or one of them is no secret; its message holds none
 */
export function signingSecrets(setting: string): string[] {
  const secrets = parseSecrets(setting);
  if (secrets.length === 0) throw new Error('required when NOTIFY_WEBHOOK_ENABLED is true');
  if (secrets.some((secret) => secret.startsWith('whsec_') && !/^[A-Za-z0-9+/]+=*$/.test(secret.slice(6)))) {
    throw new Error('expected base64 after whsec_');
  }
  return secrets;
}

/**
 * The headers that sign exactly these bytes.
 * `X-Webhook-Signature` is the old bot's: hex HMAC-SHA256 of the body, keyed by the first secret as it is written.
 * The rest is Standard Webhooks: base64 HMAC-SHA256 of `id.timestamp.body`, one signature for each secret;
 * `whsec_` secrets are decoded, plain ones taken as UTF-8. Source: standard-webhooks specification.
 * @param at - milliseconds since the epoch; of this try, not of the event
 */
export function signatureHeaders(
  id: string,
  at: number,
  body: Uint8Array,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const headers: Record<string, string> = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  const [newest] = secrets;
  if (newest === undefined) return headers;
  headers['x-webhook-signature'] = createHmac('sha256', newest).update(body).digest('hex');
  headers['webhook-signature'] = secrets
    .map((secret) => {
      const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body);
      return `v1,${mac.digest('base64')}`;
    })
    .join(' ');
  return headers;
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
}
