import type { ServiceInfo, ServiceMessage } from './messages.ts';

/** A service that listens. */
export interface RunningService {
  readonly info: ServiceInfo;
  close(): Promise<void>;
}

/** Where a service is to listen. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** The name of the setting that gives the port, for the message when it cannot be opened. */
  readonly setting: string;
}

export interface ServeServiceOptions {
  /** How the user knows it, such as "S3". */
  readonly name: string;
  /** Reads where to listen from the settings. */
  readonly listen: () => ListenAddress;
  /** Resolves when it answers requests. */
  readonly start: (address: ListenAddress) => Promise<RunningService>;
  /** Bound on closing, in milliseconds, after which the process ends all the same; default 5000. */
  readonly closeTimeoutMs?: number;
}

/**
 * The whole life of a service's process; to be called once, from its main.ts. Starts the service, tells the parent
 * "ready" or "failed" (one line, no stack trace), and closes it on SIGTERM or when the parent is gone, however it
 * ended. Ctrl-C reaches every process of the terminal: a child of the stack leaves it to the parent, which stops its
 * services in order; a service started by hand closes.
 */
export async function serveService(options: ServeServiceOptions): Promise<void> {
  const { name, listen, start, closeTimeoutMs = 5000 } = options;
  let running: RunningService | undefined;
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), closeTimeoutMs).unref();
    await running?.close();
    process.exit(0);
  };
  const onEnd = () => void end().catch((error: unknown) => fail(name, error));
  const hasParent = process.send !== undefined;
  process.on('SIGTERM', onEnd);
  process.on('SIGINT', hasParent ? () => undefined : onEnd);
  if (hasParent) process.on('disconnect', onEnd);

  let address: ListenAddress | undefined;
  try {
    address = listen();
    running = await start(address);
  } catch (error) {
    const message = startFailure(error, address);
    await tellParent({ type: 'failed', message });
    fail(name, message);
    return;
  }
  if (hasParent) await tellParent({ type: 'ready', info: running.info });
  else console.log(`${name} ${running.info.version} answers at ${running.info.url}`);
}

function fail(name: string, error: unknown): void {
  console.error(`${name}: ${error instanceof Error ? error.stack : error}`);
  process.exit(1);
}

/** Resolves when the message is on its way, or when there is nobody to hear it. */
function tellParent(message: ServiceMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => resolve());
  });
}

/** Why a service cannot start, in one line. */
function startFailure(error: unknown, address: ListenAddress | undefined): string {
  const { host, port, setting } = address ?? { host: '', port: 0, setting: '' };
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use: stop what listens there, or set ${setting} to another port`;
    case 'EACCES':
      return `port ${port} on ${host} may not be opened by this user: set ${setting} to another port`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine, so port ${port} (${setting}) cannot be opened there`;
    default:
      return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ');
  }
}
