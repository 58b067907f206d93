import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveService } from '../serve-service.ts';
import { portSetting } from '../settings.ts';

/** A service for tests. `ECHO_MODE`: `deaf` never gets ready, `stubborn` never closes, `crash` dies at once. */
const { env } = process;
const mode = env['ECHO_MODE'];
if (mode === 'crash') process.exit(7);

await serveService({
  name: 'Echo',
  listen: () => ({ host: '127.0.0.1', port: portSetting(env, 'ECHO_PORT', 0), setting: 'ECHO_PORT' }),
  closeTimeoutMs: mode === 'stubborn' ? 60_000 : 1000,
  async start({ host, port }) {
    if (mode === 'deaf') await new Promise(() => undefined);
    const server = createServer((_request, response) => response.end(env['ECHO_TEXT']));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    const address = server.address() as AddressInfo;
    return {
      info: { url: `http://${host}:${address.port}`, version: '1.2.3' },
      async close() {
        if (mode === 'stubborn') await new Promise(() => undefined);
        server.close();
        server.closeAllConnections();
      },
    };
  },
});
