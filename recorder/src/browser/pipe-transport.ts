import type { Readable, Writable } from 'node:stream';
import type { ConnectionTransport } from 'puppeteer';

/**
 * DevTools' protocol over two pipes, as Chromium speaks it with `--remote-debugging-pipe`: it reads file descriptor 3 and
 * writes 4, each message ends in a zero byte. No port is open, so nothing else on the machine can drive the browser.
 */
export function pipeTransport(toBrowser: Writable, fromBrowser: Readable): ConnectionTransport {
  let pieces: Buffer[] = [];
  const transport: ConnectionTransport = {
    send: (message) => {
      if (!toBrowser.destroyed) toBrowser.write(`${message}\0`);
    },
    close: () => {
      toBrowser.destroy();
      fromBrowser.destroy();
    },
  };
  const take = (data: Buffer) => {
    let start = 0;
    for (let end = data.indexOf(0); end >= 0; end = data.indexOf(0, start)) {
      const message = Buffer.concat([...pieces, data.subarray(start, end)]).toString('utf8');
      pieces = [];
      start = end + 1;
      // On a turn of its own: what one message sets going must not run inside the handler of another.
      setImmediate(() => transport.onmessage?.(message));
    }
    if (start < data.length) pieces.push(data.subarray(start));
  };
  fromBrowser.on('data', take);
  fromBrowser.once('close', () => transport.onclose?.());
  // A browser that has just died is told by its exit.
  for (const pipe of [toBrowser, fromBrowser]) pipe.on('error', () => undefined);
  return transport;
}
