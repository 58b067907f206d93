import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Where a service is and how many calls to it may be under way; the SDK's own environment says the rest. */
export interface AwsClientOptions {
  /** @default the SDK's own chain, AWS_REGION among it */
  region?: string;
  /** Another endpoint than AWS. @default AWS_ENDPOINT_URL_*, then AWS */
  endpoint?: string;
  /** Static keys. @default the SDK's credential chain: the task role */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** Connections kept, and so calls at once; more calls wait for a free one. @default 64 */
  maxSockets?: number;
  /** Tries of one call, the first included. @default 3 */
  maxAttempts?: number;
  /** Milliseconds to a connection. @default 1000 */
  connectionTimeoutMs?: number;
  /** Milliseconds from the request to the end of its answer. @default 3000 */
  requestTimeoutMs?: number;
}

/**
 * Configuration of any of our SDK clients: connections are kept, every wait is bounded, retries are few
 * (the reconciler tries again by its own schedule).
 */
export function awsClientConfig(options: AwsClientOptions = {}) {
  const { maxSockets = 64, connectionTimeoutMs = 1000, requestTimeoutMs = 3000 } = options;
  const agent = { keepAlive: true, maxSockets };
  return {
    maxAttempts: options.maxAttempts ?? 3,
    retryMode: 'standard' as const,
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      // Without this the handler only logs a warning when the time is up.
      throwOnRequestTimeout: true,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
    },
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  };
}
