import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ForgetfulLaunches, startForgetfulLaunches } from './forgetful-launches.fixture.ts';
import { ChaosStack, leads } from './stack.fixture.ts';
import { expectOneRecorder, PATIENCE } from './whole.fixture.ts';

describe('a controller that launches without the token of its intent', () => {
  let stack: ChaosStack;
  let ecs: ForgetfulLaunches;

  beforeAll(async () => {
    stack = await ChaosStack.start('scripted');
    ecs = await startForgetfulLaunches(stack.ecsUrl);
  });
  afterAll(async () => {
    await stack.close();
    await ecs.close();
  });

  const lead = async () => {
    const controller = await stack.startController({ AWS_ENDPOINT_URL_ECS: ecs.url });
    await vi.waitFor(async () => expect(await leads(controller)).toBe(true), PATIENCE);
    return controller;
  };

  it('is caught: a kill between RunTask and its answer brings a second recorder into the meeting', async () => {
    const room = stack.host.open('launching');
    room.go('door');
    const first = await lead();
    await stack.fault({ operation: 'RunTask', kind: 'hangAfter', times: 1000 });
    await stack.api.create('launching', { url: room.url, platform: 'web', join: { steps: [], joined: '#call' } });
    await vi.waitFor(async () => expect(await stack.tasks('launching')).not.toEqual([]), PATIENCE);
    await stack.kill(first.service);
    await stack.clearFaults();
    await lead();
    await vi.waitFor(() => expect(room.present).toBeGreaterThan(1), PATIENCE);

    await expect(expectOneRecorder(stack, 'launching', room)).rejects.toThrow('recorders in the meeting at once');
  });
});
