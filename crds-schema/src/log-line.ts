/** Names whose values never reach a log line, wherever they come from. */
const SECRET_NAMES = [
  ...['authorization', 'bearerToken', 'token', 'passcode', 'password', 'secret', 'secretAccessKey', 'cookie'],
  ...['MEETING_TOKEN', 'API_TOKENS', 'NOTIFY_WEBHOOK_SECRET', 'S3_SECRET_ACCESS_KEY'],
];

/**
 * The form of a log line in every process of ours, as options of pino: JSON, one event a line, `time` in ISO 8601,
 * `level` by its name, `message`; what belongs to a Meeting carries `meeting` (namespace/name), `uid` and `attempt`.
 *
 * `error`: a person is needed, or something is lost · `warn`: it went wrong and is tried again or worked around ·
 * `info`: a step of a Meeting's or the process's life · `debug`: why, and each request.
 */
export const LOG_LINES = {
  messageKey: 'message',
  formatters: { level: (label: string) => ({ level: label }) },
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  redact: {
    paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    censor: '[redacted]',
  },
};
