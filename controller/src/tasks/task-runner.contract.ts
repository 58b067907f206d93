import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LaunchRequest, TaskObservation, TaskRunner } from '../ports.ts';

export interface RunnerUnderTest {
  runner: TaskRunner;
  /** Environment that keeps a task alive until it is stopped. @default {} */
  environment?: Record<string, string>;
  /** Ends a running task from inside with an exit code; absent where it can't be done. */
  exit?(taskArn: string, exitCode: number): Promise<void>;
  /** An ARN of the right form that no task has. */
  unknownArn: string;
  dispose(): Promise<void>;
}

export interface RunnerContractOptions {
  /** How long a task may take to start or to stop. @default 10000 */
  settleMs?: number;
}

/** What every TaskRunner must do: run against the fake, and against the real adapter with an ECS endpoint. */
export function taskRunnerContract(
  name: string,
  open: () => Promise<RunnerUnderTest>,
  { settleMs = 10_000 }: RunnerContractOptions = {},
): void {
  describe(`${name} as a TaskRunner`, () => {
    let under: RunnerUnderTest;
    let runner: TaskRunner;
    let counter = 0;
    beforeAll(async () => {
      under = await open();
      runner = under.runner;
    });
    afterAll(() => under.dispose());

    const newRequest = async (): Promise<LaunchRequest> => {
      const id = `contract-${process.pid}-${Date.now()}-${++counter}`;
      return {
        taskDefinition: await runner.resolveTaskDefinition(),
        clientToken: id,
        startedBy: `meetingbot/${id}`,
        environment: { ...under.environment, MEETING_NAMESPACE: 'contract', MEETING_NAME: `m${counter}` },
        tags: { 'meetingbot.dev/test': 'contract' },
      };
    };
    const start = async (request: LaunchRequest): Promise<string> => {
      const result = await runner.launch(request);
      if (result.kind !== 'started') throw new Error(`rejected: ${result.message}`);
      return result.taskArn;
    };
    const look = async (taskArn: string): Promise<TaskObservation> => {
      const seen = (await runner.describe([taskArn])).get(taskArn);
      if (seen === undefined) throw new Error(`describe left out ${taskArn}`);
      return seen;
    };
    const until = async (taskArn: string, ...states: string[]): Promise<TaskObservation> => {
      const deadline = performance.now() + settleMs;
      for (;;) {
        const seen = await look(taskArn);
        if (states.includes(seen.state)) return seen;
        if (performance.now() > deadline) throw new Error(`${taskArn} is ${seen.state}, not ${states.join(' or ')}`);
        await sleep(20);
      }
    };
    const liveArns = async () => (await runner.listLive()).map(({ taskArn }) => taskArn);

    it('knows the task definition by an ARN with its revision', async () => {
      expect(await runner.resolveTaskDefinition()).toMatch(/^arn:.*:task-definition\/[^:]+:\d+$/);
    });

    it('starts a task that is seen running, with who started it and for which Meeting', async () => {
      const request = await newRequest();
      const taskArn = await start(request);

      const seen = await until(taskArn, 'Running');

      expect(seen).toMatchObject({
        taskArn,
        startedBy: request.startedBy,
        key: { namespace: 'contract', name: request.environment['MEETING_NAME'] },
      });
      expect(seen.createdAt).toBeTypeOf('number');
      expect(seen.startedAt).toBeTypeOf('number');
      expect(await liveArns()).toContain(taskArn);
      await runner.stop(taskArn, 'done');
    });

    it('starts one task however often the same request comes, also at once', async () => {
      const request = await newRequest();

      const first = await Promise.all([start(request), start(request), start(request)]);
      const again = await start(structuredClone(request));

      expect(new Set([...first, again]).size).toBe(1);
      await until(again, 'Running');
      const ours = (await runner.listLive()).filter(({ startedBy }) => startedBy === request.startedBy);
      expect(ours).toHaveLength(1);
      await runner.stop(again, 'done');
    });

    it('finds the task of a token again when the request has changed', async () => {
      const request = await newRequest();
      const taskArn = await start(request);

      const again = await start({ ...request, environment: { ...request.environment, CHANGED: 'yes' } });

      expect(again).toBe(taskArn);
      await runner.stop(taskArn, 'done');
    });

    it('stops a task for the reason given and tells how it ended', async () => {
      const taskArn = await start(await newRequest());
      await until(taskArn, 'Running');

      await runner.stop(taskArn, 'the user said so');
      const seen = await until(taskArn, 'Stopped');

      expect(seen).toMatchObject({ stopCode: 'UserInitiated' });
      expect(seen.stopReason).toContain('the user said so');
      expect(seen.stoppedAt).toBeTypeOf('number');
      expect(await liveArns()).not.toContain(taskArn);
    });

    it('stops a task that has only just been launched', async () => {
      const taskArn = await start(await newRequest());

      await runner.stop(taskArn, 'at once');

      expect(await until(taskArn, 'Stopped')).toMatchObject({ stopCode: 'UserInitiated' });
    });

    it('takes a stop of a stopped or unknown task for done', async () => {
      const taskArn = await start(await newRequest());
      await runner.stop(taskArn, 'once');
      await until(taskArn, 'Stopped');

      await runner.stop(taskArn, 'twice');
      await runner.stop(under.unknownArn, 'never was');
    });

    it('answers for every task it is asked about, known or not', async () => {
      const taskArn = await start(await newRequest());
      await until(taskArn, 'Running');
      const unknown = Array.from({ length: 230 }, (_, index) => {
        const end = index.toString(16).padStart(4, '0');
        return `${under.unknownArn.slice(0, -4)}${end}`;
      });

      const seen = await runner.describe([...unknown, taskArn]);

      expect(seen.size).toBe(231);
      expect(seen.get(taskArn)?.state).toBe('Running');
      expect(unknown.every((arn) => seen.get(arn)?.state === 'Missing')).toBe(true);
      expect(await runner.describe([])).toEqual(new Map());
      await runner.stop(taskArn, 'done');
    });

    it.each([0, 10, 137])('tells the exit code %i of a task that ended by itself', async (exitCode) => {
      if (under.exit === undefined) return;
      const taskArn = await start(await newRequest());
      await until(taskArn, 'Running');

      await under.exit(taskArn, exitCode);

      expect(await until(taskArn, 'Stopped')).toMatchObject({ exitCode, stopCode: 'EssentialContainerExited' });
    });
  });
}
