import { expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { EXAMPLE } from './example.ts';

const anIdentity = (name: string, secret: string) => ({
  ...{ name, platform: 'zoom', secretArn: `arn:aws:secretsmanager:us-east-1:111122223333:secret:${secret}` },
});
const network = EXAMPLE['network'] as { subnets: { availabilityZone: string }[] };

it('takes the example and fills in what is not said', () => {
  expect(readConfig(EXAMPLE)).toMatchObject({
    name: 'meetingbot',
    cluster: 'helloworld3-cluster',
    controller: { replicas: 2, cpu: 512, memory: 1024 },
    recorder: { cpu: 1024, memory: 2048, architecture: 'X86_64' },
  });
});

it.each([
  ['account', { account: '1' }, /account/],
  ['a retention that nobody has decided', { retention: {} }, /retention\.recordingDays/],
  ['a field that is not known', { nework: {} }, /nework/],
  ['clients', { clients: [] }, /clients/],
  ['a size that Fargate does not have', { recorder: { cpu: 3000 } }, /recorder\.cpu: expected one of 256, 512/],
  [
    'memory that does not go with the CPU',
    { recorder: { cpu: 1024, memory: 16384 } },
    /recorder\.memory: expected with cpu 1024/,
  ],
  ['a /tmp that leaves no memory', { recorder: { tmpMiB: 1500 } }, /recorder\.tmpMiB/],
  [
    'subnets of one zone',
    { network: { ...network, subnets: [network.subnets[0], network.subnets[0]] } },
    /two availability zones/,
  ],
  ['subnets of another region', { region: 'eu-west-1' }, /us-east-1a is not in eu-west-1/],
  [
    'a class that outlives the rule above it',
    { retention: { recordingDays: 30, classes: [{ namespace: 'legal', days: 60 }] } },
    /at most recordingDays \(30\)/,
  ],
  ['an archive after the end', { retention: { recordingDays: 30, archiveAfterDays: 30 } }, /archiveAfterDays/],
  [
    'a webhook whose way nobody opens',
    { webhook: { url: 'http://maf.internal:8001/hook' } },
    /webhook\.mafApi: expected/,
  ],
  ['more recorders than the subnets have addresses', { recorder: { maxConcurrent: 8183 } }, /at most 8182/],
  [
    'an identity that is there twice',
    { recorder: { identities: [anIdentity('a', 'x'), anIdentity('a', 'y')] } },
    /recorder\.identities: item 2: a: there is one of that name/,
  ],
  [
    'two identities of one account',
    { recorder: { identities: [anIdentity('a', 'x'), anIdentity('b', 'x')] } },
    /recorder\.identities: item 2: b: its secret is that of another one/,
  ],
  ['a secret by its name', { recorder: { identities: [{ ...anIdentity('a', 'x'), secretArn: 'x' }] } }, /secretArn/],
  ['an ingress of no kind', { ingress: { kind: 'public' } }, /ingress/],
])('refuses %s, and names it in one line', (_, different, message) => {
  const reading = () => readConfig({ ...EXAMPLE, ...different });

  expect(reading).toThrow(message);
  expect(reading).toThrow(/^config: [^\n]+$/);
});
