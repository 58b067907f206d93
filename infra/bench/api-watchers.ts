import { Agent, get } from 'node:http';
import { percentile } from './controller/numbers.ts';

/**
 * Many watchers in a process of their own. Arguments: URL of the watch, how many, how many changes each is to see.
 * Says `ready` when all are answered, then what they saw. A change carries when it was sent in SENT_AT.
 */
export const SENT_AT = 'bench.example/sent-at';

export interface Seen {
  /** Milliseconds from the sending of a change to its arrival at a watcher, of all watchers. */
  p50: number;
  p99: number;
  max: number;
  /** Watchers that saw every change. */
  complete: number;
}

const [url = '', count = '0', changes = '0'] = process.argv.slice(2);

if (process.send !== undefined && url !== '') {
  const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });
  const took: number[] = [];
  const mark = new RegExp(`"type":"ADDED"[^\\n]*?"${SENT_AT.replace(/[./]/g, '\\$&')}":"(\\d+)"`);
  let complete = 0;
  const watch = () =>
    new Promise<{ ended: Promise<void> }>((resolve, reject) => {
      get(url, { agent }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`the watch was answered with ${answer.statusCode}`));
        let text = '';
        let seen = 0;
        const ended = new Promise<void>((done) => {
          answer.on('close', done);
          answer.setEncoding('utf8').on('data', (data: string) => {
            const lines = `${text}${data}`.split('\n');
            text = lines.pop() ?? '';
            for (const line of lines) {
              const sentAt = mark.exec(line)?.[1];
              if (sentAt === undefined) continue;
              took.push(Date.now() - Number(sentAt));
              seen += 1;
              if (seen < Number(changes)) continue;
              complete += 1;
              done();
            }
          });
        });
        resolve({ ended });
      }).on('error', reject);
    });
  const watchers = await Promise.all(Array.from({ length: Number(count) }, watch));
  process.send('ready');
  await Promise.all(watchers.map(({ ended }) => ended));
  const seen: Seen = {
    p50: percentile(took, 50),
    p99: percentile(took, 99),
    max: percentile(took, 100),
    complete,
  };
  process.send(seen, () => process.exit(0));
}
