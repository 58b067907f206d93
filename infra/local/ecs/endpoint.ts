import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { type Clock, type Logger, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { type Fault, Faults } from './http/faults.ts';
import { buildServer } from './http/server.ts';
import { type LifecycleDurations, shortDurations } from './lifecycle/durations.ts';
import { TaskLives } from './lifecycle/task-lives.ts';
import type { World } from './operations/world.ts';
import { Fields } from './protocol/fields.ts';
import { readTaskDefinition } from './protocol/task-definition-request.ts';
import { processRuntime } from './runtime/process-runtime.ts';
import type { TaskRuntime } from './runtime/runtime.ts';
import { type DataDirLock, lockDataDir } from './state/data-dir-lock.ts';
import { FileJournal, noJournal } from './state/journal.ts';
import { load } from './state/load.ts';
import { TaskDefinitions } from './state/task-definitions.ts';
import { TaskStore } from './state/task-store.ts';
import { TokenLedger } from './state/token-ledger.ts';

export interface EcsEndpointOptions {
  /** Where state, logs and the tasks' directories are kept. Absent: state in memory only, and `runtime` must be given. */
  readonly dataDir?: string;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 0, any free one. ECS of `npm start` is on 8090. */
  readonly port?: number;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: none. */
  readonly log?: Logger;
  /** Default: {@link processRuntime}, real processes. */
  readonly runtime?: TaskRuntime;
  /** PATH of real tasks. Default: that of a Debian image. */
  readonly path?: string;
  /** Default: us-east-1. Callers must sign for it. */
  readonly region?: string;
  /** Twelve digits. Default: 000000000000. */
  readonly accountId?: string;
  /** Names of the clusters. Default: one, "default". */
  readonly clusters?: readonly string[];
  /** Registered at the start, unless the latest revision says the same already. */
  readonly taskDefinitions?: readonly RegisterTaskDefinitionCommandInput[];
  /** Default: a tenth of a second in all. */
  readonly durations?: Partial<LifecycleDurations>;
  /** How long a stopped task is known, in milliseconds. Default: an hour. */
  readonly stoppedRetentionMs?: number;
  /** New tasks are unknown to List and Describe for so long, in milliseconds. Default: 0; in AWS it may be seconds. */
  readonly visibilityDelayMs?: number;
  /** Faults that wait from the start. For tests. */
  readonly faults?: readonly Fault[];
  /** How long tasks get between SIGTERM and SIGKILL when the endpoint closes, in milliseconds. Default: 15 000. */
  readonly closeGraceMs?: number;
}

export interface EcsEndpoint {
  /** For `endpoint` of an ECSClient or AWS_ENDPOINT_URL_ECS. */
  readonly url: string;
  /** For tests; the same as `/_faults`. */
  readonly faults: Faults;
  /** Stops all tasks (SIGTERM, bounded wait, SIGKILL), then the server. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts an ECS endpoint: ECS's JSON protocol over http, each task a process tree of this machine (or a simulated one).
 * @throws DataDirInUseError, and the error of `listen` (EADDRINUSE) with nothing left behind.
 */
export async function createEcsEndpoint(options: EcsEndpointOptions): Promise<EcsEndpoint> {
  const { dataDir, clock = systemClock, log = silentLogger } = options;
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  const lock = dataDir === undefined ? undefined : await lockDataDir(dataDir);
  try {
    const runtime = options.runtime ?? (await defaultRuntime(options, clock, log));
    return await start(options, { clock, log, runtime, lock });
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

function defaultRuntime({ dataDir, path }: EcsEndpointOptions, clock: Clock, log: Logger): Promise<TaskRuntime> {
  if (dataDir === undefined) throw new Error('createEcsEndpoint: expected a dataDir or a runtime, got neither');
  return processRuntime({ dataDir, clock, log, ...(path === undefined ? {} : { path }) });
}

interface Parts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly runtime: TaskRuntime;
  readonly lock: DataDirLock | undefined;
}

async function start(options: EcsEndpointOptions, { clock, log, runtime, lock }: Parts): Promise<EcsEndpoint> {
  const place = { region: options.region ?? 'us-east-1', accountId: options.accountId ?? '000000000000' };
  const stored =
    options.dataDir === undefined ? undefined : new FileJournal(join(options.dataDir, 'state', 'journal.jsonl'));
  const journal = stored ?? noJournal;
  const definitions = new TaskDefinitions({ journal, clock, place });
  const tokens = new TokenLedger({ journal, clock });
  const tasks: TaskStore = new TaskStore({
    journal,
    clock,
    retentionMs: options.stoppedRetentionMs ?? 3_600_000,
    onForget: (task) => {
      if (task.clientToken === undefined) return;
      tokens.forget(task.cluster, task.clientToken, (id) => tasks.get(id) !== undefined);
    },
  });
  const durations = { ...shortDurations, ...options.durations };
  const lives = new TaskLives({ clock, log, runtime, durations, place, save: (task) => tasks.save(task) });
  if (stored !== undefined) load(stored, { definitions, tasks, tokens, clock, log });
  for (const input of options.taskDefinitions ?? []) {
    definitions.ensure(readTaskDefinition(Fields.parse(JSON.stringify(input))));
  }
  const faults = new Faults();
  for (const fault of options.faults ?? []) faults.add(fault);

  let closing: Promise<void> | undefined;
  const clusters = new Set(options.clusters ?? ['default']);
  const visibilityDelayMs = options.visibilityDelayMs ?? 0;
  const isOpen = () => closing === undefined;
  const world: World = { place, clusters, definitions, tasks, tokens, lives, clock, visibilityDelayMs, isOpen };
  const server = buildServer({ world, faults, log });

  async function close(): Promise<void> {
    await lives.stopAll(options.closeGraceMs ?? 15_000, {
      code: 'TerminationNotice',
      reason:
        'ECS is performing maintenance on the underlying infrastructure hosting the task (the endpoint is closing)',
    });
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    journal.close();
    await lock?.release();
  }

  const host = options.host ?? '127.0.0.1';
  try {
    server.listen(options.port ?? 0, host);
    await once(server, 'listening');
  } catch (error) {
    journal.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  log.info({ url, runtime: runtime.name, clusters: [...clusters] }, 'the ECS endpoint listens');
  return {
    url,
    faults,
    close() {
      closing ??= close();
      return closing;
    },
  };
}
