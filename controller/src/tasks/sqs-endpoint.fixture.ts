import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A queue that speaks SQS's JSON protocol: receive with waiting, delete in batches. */
export class SqsEndpoint {
  readonly waiting: { id: string; body: string }[] = [];
  readonly deleted: string[] = [];
  /** WaitTimeSeconds of each receive. */
  readonly waits: number[] = [];
  /** Answers that many calls with an error. */
  failures = 0;
  #ids = 0;
  #arrived: () => void = () => {};
  readonly #server = createServer((request, response) => {
    const [, operation] = String(request.headers['x-amz-target']).split('.');
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
    };
    json(request).then(
      async (input) => {
        if (this.failures > 0) {
          this.failures -= 1;
          return answer(400, { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'no such queue' });
        }
        if (operation === 'ReceiveMessage') return answer(200, { Messages: await this.#receive(input as never) });
        if (operation === 'DeleteMessageBatch') return answer(200, this.#delete(input as never));
        return answer(400, { __type: 'com.amazonaws.sqs#InvalidAction', message: String(operation) });
      },
      () => answer(400, { __type: 'com.amazon.coral.service#SerializationException' }),
    );
  });

  async start(): Promise<string> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/111122223333/hints`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  put(...bodies: string[]): void {
    for (const body of bodies) this.waiting.push({ id: `receipt-${this.#ids++}`, body });
    this.#arrived();
  }

  async #receive({ MaxNumberOfMessages = 1, WaitTimeSeconds = 0 }): Promise<object[]> {
    this.waits.push(WaitTimeSeconds);
    if (this.waiting.length === 0 && WaitTimeSeconds > 0) {
      await new Promise<void>((arrived) => {
        this.#arrived = arrived;
      });
    }
    return this.waiting.splice(0, MaxNumberOfMessages).map(({ body, id }) => ({
      MessageId: id,
      ReceiptHandle: id,
      Body: body,
      MD5OfBody: createHash('md5').update(body).digest('hex'),
    }));
  }

  #delete({ Entries }: { Entries: { Id: string; ReceiptHandle: string }[] }): object {
    this.deleted.push(...Entries.map(({ ReceiptHandle }) => ReceiptHandle));
    return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
  }
}
