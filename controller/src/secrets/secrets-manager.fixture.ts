import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Secrets Manager's GetSecretValue as it is on the wire (AWS JSON 1.1): for tests. */
export interface SecretsManager {
  url: string;
  /** Texts by ARN; who asks for another gets ResourceNotFoundException. */
  secrets: Map<string, string>;
  /** The error that the next calls get; undefined: none. */
  fault: { status: number; type: string } | undefined;
  calls: number;
  close(): Promise<void>;
}

export async function startSecretsManager(): Promise<SecretsManager> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    manager.calls += 1;
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    const { SecretId = '' } = JSON.parse(text) as { SecretId?: string };
    const found = manager.secrets.get(SecretId);
    if (manager.fault !== undefined) answer(manager.fault.status, { __type: manager.fault.type, Message: 'a fault' });
    else if (request.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue') answer(400, { __type: 'Unknown' });
    else if (found === undefined) answer(400, { __type: 'ResourceNotFoundException', Message: 'it is not there' });
    else answer(200, { ARN: SecretId, Name: 'webhook', VersionId: '1', SecretString: found });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const manager: SecretsManager = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets: new Map(),
    fault: undefined,
    calls: 0,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return manager;
}
