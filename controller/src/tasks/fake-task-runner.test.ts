import { describe, expect, it } from 'vitest';
import { ControllerError } from '../errors.ts';
import type { LaunchRequest } from '../ports.ts';
import { FakeTaskRunner } from './fake-task-runner.ts';
import { taskRunnerContract } from './task-runner.contract.ts';

taskRunnerContract('the fake', async () => {
  const runner = new FakeTaskRunner({ clock: { now: () => 1000 } });
  return {
    runner,
    exit: async (taskArn, exitCode) => runner.end(taskArn, { exitCode }),
    unknownArn: `arn:aws:ecs:local:000000000000:task/local/${'f'.repeat(32)}`,
    dispose: async () => {},
  };
});

describe('the fake task runner', () => {
  const request: LaunchRequest = {
    taskDefinition: 'arn:aws:ecs:local:000000000000:task-definition/recorder:1',
    clientToken: 'token-1',
    startedBy: 'meetingbot/1',
    environment: {},
    tags: {},
  };
  const lost = new ControllerError('Unavailable', 'lost');

  it('hides a task from reads until the lag has passed', async () => {
    const clock = { time: 0, now: () => clock.time };
    const runner = new FakeTaskRunner({ clock, visibilityLagMs: 100, startMs: 50 });
    await runner.launch(request);
    const [task] = runner.tasks;
    const arn = task?.taskArn ?? '';

    expect((await runner.describe([arn])).get(arn)?.state).toBe('Missing');
    expect(await runner.listLive()).toEqual([]);
    clock.time = 100;

    expect((await runner.describe([arn])).get(arn)?.state).toBe('Running');
    expect(await runner.listLive()).toHaveLength(1);
  });

  it('fails once before the effect, or once after it', async () => {
    const runner = new FakeTaskRunner({ clock: { now: () => 0 } });
    runner.failNext('launch', lost);
    runner.failNext('launch', lost, { applied: true });

    await expect(runner.launch(request)).rejects.toBe(lost);
    expect(runner.tasks).toHaveLength(0);
    await expect(runner.launch(request)).rejects.toBe(lost);
    expect(runner.tasks).toHaveLength(1);

    expect(await runner.launch(request)).toMatchObject({ kind: 'started', taskArn: runner.tasks[0]?.taskArn });
    expect(runner.tasks).toHaveLength(1);
    expect(runner.calls('launch')).toBe(3);
  });

  it('rejects one launch, and the same token for ever', async () => {
    const runner = new FakeTaskRunner({ clock: { now: () => 0 } });
    runner.rejectNext('capacity', 'none left');

    expect(await runner.launch(request)).toEqual({ kind: 'rejected', why: 'capacity', message: 'none left' });
    expect(await runner.launch(request)).toMatchObject({ kind: 'rejected' });
    expect(await runner.launch({ ...request, clientToken: 'token-2' })).toMatchObject({ kind: 'started' });
  });
});
