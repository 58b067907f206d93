import { startService } from '../start-service.ts';

/** A parent for tests: starts the echo service, prints its pid, and stays. */
const service = await startService({
  name: 'Echo',
  entry: new URL('./echo-service.ts', import.meta.url),
  env: {},
  logFile: process.argv[2] ?? '/dev/null',
});
console.log(service.pid);
