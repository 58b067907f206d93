import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ControllerSettings, readSettings, systemClock } from '@meetingbot/crds-schema';
import { Registry } from 'prom-client';
import { Joins } from '../api/joins.ts';
import { MeetingService } from '../api/meeting-service.ts';
import { randomIds } from '../api/random-ids.ts';
import { awsClientConfig } from '../aws/client-options.ts';
import { createLogger } from '../log.ts';
import { DynamoMeetingStore } from '../store/dynamo-meeting-store.ts';
import { startRedisConsumer } from './start-consumer.ts';

/**
 * A consumer as a process of its own, to be killed. STAGE names where it comes to a halt for good, and says so:
 * `read` with the job taken and nothing written, `written` with the Meeting stored and the job not forgotten.
 */
const { STAGE, TABLE = '', ENDPOINT = '', IDENTITY = '' } = process.env;
const log = createLogger('info');
const settings = readSettings(ControllerSettings, process.env);
const client = new DynamoDBClient(awsClientConfig({ endpoint: ENDPOINT }));
const store = new DynamoMeetingStore({ client, table: TABLE, clock: systemClock });
const halt = async (stage: string) => {
  if (stage !== STAGE) return;
  process.stdout.write(`halted: ${stage}\n`);
  await new Promise(() => {});
};
const service = new MeetingService({
  settings,
  store,
  resolver: { resolve: async () => [] },
  clock: systemClock,
  ids: randomIds,
  logger: log,
  recorderTokenKey: new Uint8Array(32),
  heartbeats: { record() {} },
  admit: (meeting, now) => ({ meeting, dueAt: now }),
  applyReport: () => ({ kind: 'heartbeat' }),
  onChanged() {},
  onWritten() {},
  ready: async () => [],
  metrics: async () => ({ contentType: '', body: '' }),
});
const joins = new Joins({
  store,
  service: {
    async create(...args) {
      await halt('read');
      const made = await service.create(...args);
      await halt('written');
      return made;
    },
  },
});
const consumer = startRedisConsumer({
  settings,
  log,
  registry: new Registry(),
  identity: IDENTITY,
  joins,
  clock: systemClock,
});
process.on('SIGTERM', () => {
  void consumer.close().then(() => process.exit(0));
});
