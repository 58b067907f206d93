import { ApiUnderTest } from '@meetingbot/controller/testing';
import { systemClock } from '@meetingbot/crds-schema';
import { serveService } from '../local/service/index.ts';

/** The API as a process of its own over a store in memory: what it costs without DynamoDB, and without a controller. */
await serveService({
  name: 'API in memory',
  listen: () => ({ host: '127.0.0.1', port: 0, setting: 'PORT' }),
  async start({ host, port }) {
    const { app } = new ApiUnderTest({ API_RATE_LIMIT: 1_000_000 }, { clock: systemClock });
    const url = await app.listen({ host, port });
    return { info: { url, version: 'memory' }, close: () => app.close() };
  },
});
