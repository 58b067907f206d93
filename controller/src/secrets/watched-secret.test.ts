import { type Logger, parseSecretArn, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SecretsManager, startSecretsManager } from './secrets-manager.fixture.ts';
import { SecretsManagerReader } from './secrets-manager.ts';
import { WatchedSecret } from './watched-secret.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:meetingbot/webhook-AbCdEf';

describe('a secret that may change while we run', () => {
  let manager: SecretsManager;
  let reader: SecretsManagerReader;

  beforeAll(async () => {
    manager = await startSecretsManager();
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', manager.url);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local-secret');
    reader = new SecretsManagerReader();
  });
  beforeEach(() => {
    manager.secrets.clear();
    manager.fault = undefined;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    reader.close();
    await manager.close();
  });

  const parse = (text: string): string[] => {
    if (text.trim() === '') throw new Error('expected a secret');
    return text.split(' ');
  };
  const open = (value: string, log: Logger = silentLogger) =>
    WatchedSecret.open({ setting: 'SOME_SECRET', value, parse, reader, clock: systemClock, log, interval: 10 });

  it('is the text itself where it is no ARN, and nobody is asked', async () => {
    const before = manager.calls;
    const secret = await open('new old');
    await secret.refresh();
    await secret.run(AbortSignal.timeout(60_000));
    expect(secret.current).toEqual(['new', 'old']);
    expect(manager.calls).toBe(before);
  });

  it('is read by its ARN, one text of a JSON object where that is named', async () => {
    manager.secrets.set(ARN, 'new old');
    expect((await open(ARN)).current).toEqual(['new', 'old']);
    manager.secrets.set(ARN, '{"webhook":"a b","api":"c"}');
    expect((await open(`${ARN}:webhook::`)).current).toEqual(['a', 'b']);
    expect(parseSecretArn(`${ARN}:webhook:AWSPREVIOUS:id`)).toEqual({
      ...{ arn: ARN, region: 'eu-central-1', jsonKey: 'webhook', versionStage: 'AWSPREVIOUS', versionId: 'id' },
    });
  });

  it('is read again and again', async () => {
    manager.secrets.set(ARN, 'first');
    const secret = await open(ARN);
    const ending = new AbortController();
    const running = secret.run(ending.signal);
    manager.secrets.set(ARN, 'second first');
    await vi.waitFor(() => expect(secret.current).toEqual(['second', 'first']), { timeout: 20_000 });
    ending.abort();
    await running;
  });

  it('stays what it was while it can not be read or means nothing, and nothing of it is logged', async () => {
    const lines: unknown[] = [];
    const log: Logger = { ...silentLogger, warn: (...line: unknown[]) => void lines.push(line) };
    manager.secrets.set(ARN, 'marked-secret');
    const secret = await open(ARN, log);
    manager.fault = { status: 400, type: 'AccessDeniedException' };
    await secret.refresh();
    manager.fault = undefined;
    manager.secrets.set(ARN, '  ');
    await secret.refresh();
    expect(secret.current).toEqual(['marked-secret']);
    expect(lines).toHaveLength(2);
    expect(JSON.stringify(lines)).not.toContain('marked-secret');
  });

  it('stops the start in one line that names the setting where it is not there, may not be read, or means nothing', async () => {
    await expect(open(ARN)).rejects.toThrow(/^settings: SOME_SECRET: GetSecretValue: ResourceNotFoundException/);
    manager.fault = { status: 400, type: 'AccessDeniedException' };
    await expect(open(ARN)).rejects.toThrow(/^settings: SOME_SECRET: GetSecretValue: AccessDeniedException/);
    manager.fault = undefined;
    manager.secrets.set(ARN, 'marked {');
    await expect(open(`${ARN}:key::`)).rejects.toThrow(/^settings: SOME_SECRET: (?!.*marked)expected a secret that is/);
    await expect(open(' ')).rejects.toThrow('settings: SOME_SECRET: expected a secret');
  });
});
