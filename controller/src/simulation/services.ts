import { ControllerError } from '../errors.ts';
import type { LeaseRecord, LeaseStore } from '../leader/lease.ts';
import type { DeliveryResult } from '../ports.ts';
import { type Life, never } from './life.ts';
import type { Services } from './sabotage.ts';
import type { World } from './world.ts';

/** A lease in a table of its own, as all who stand for election share it. */
export class SimulatedLease {
  #record: LeaseRecord | undefined;

  read(): LeaseRecord | undefined {
    return this.#record;
  }

  write(record: LeaseRecord, seen: number | undefined): boolean {
    if (this.#record?.version !== seen) return false;
    this.#record = record;
    return true;
  }
}

/** A call of one life to a service: latency, the effect, latency; and a fault where the weather wants one. */
class Line {
  readonly #world: World;
  readonly #life: Life;

  constructor(world: World, life: Life) {
    this.#world = world;
    this.#life = life;
  }

  async write<T>(name: string, effect: () => T | Promise<T>): Promise<T> {
    const { faults } = this.#world;
    await this.#travel();
    const fault = faults.atWrite(name);
    if (fault === 'crashBefore') return this.#crash(name, fault);
    if (fault === 'errorBefore') throw this.#failure(name, fault);
    if (fault === 'effectLate') return this.#later(name, fault, effect);
    if (fault === 'pauseBefore') {
      this.#world.trace(this.#life.name, `${fault} ${name}`);
      await this.#world.sleep(this.#life);
    }
    const result = await effect();
    this.#world.trace(this.#life.name, name);
    if (fault === 'crashAfter') {
      this.#world.mark(`crash after ${name}`);
      return this.#crash(name, fault);
    }
    await this.#travel();
    if (fault === 'errorAfter') throw this.#failure(name, fault);
    return result;
  }

  async read<T>(name: string, effect: () => T | Promise<T>): Promise<T> {
    const { faults, weather } = this.#world;
    await this.#travel();
    if (faults.happens(`read ${name}`, weather.readFault)) throw this.#failure(name, 'errorBefore');
    const result = await effect();
    await this.#travel();
    return result;
  }

  async #travel(): Promise<void> {
    const latency = this.#world.latency();
    if (latency >= 1) await this.#life.wait(latency);
    else if (!this.#life.isAlive) await never();
  }

  #crash(name: string, fault: string): Promise<never> {
    this.#world.trace(this.#life.name, `${fault} ${name}`);
    this.#world.processes.crash(this.#life);
    return never();
  }

  /** The request is still on its way when its sender has given up. */
  #later(name: string, fault: string, effect: () => unknown): never {
    this.#world.late(async () => {
      this.#world.trace(this.#life.name, `late ${name}`);
      await effect();
    });
    throw this.#failure(name, fault);
  }

  #failure(name: string, fault: string): ControllerError {
    this.#world.trace(this.#life.name, `${fault} ${name}`);
    const throttled = fault === 'errorBefore' && name.length % 2 === 0;
    return new ControllerError(throttled ? 'Throttled' : 'Unavailable', `${name}: ${fault}`);
  }
}

/** The services of the world as one life of a controller reaches them. */
export function servicesOf(world: World, life: Life, lease: SimulatedLease): Services {
  const { bucket, ecs, locks, receiver, table, scheduler } = world;
  const line = new Line(world, life);
  return {
    store: {
      create: (meeting, dueAt) => line.write('store.create', () => table.create(meeting, dueAt, life.name)),
      update: (meeting, dueAt) => line.write('store.update', () => table.update(meeting, dueAt, life.name)),
      remove: (meeting) => line.write('store.remove', () => table.remove(meeting, life.name)),
      get: (key) => line.read('store.get', () => table.get(key)),
      due: (from, until) => line.read('store.due', () => table.due(from, until)),
      list: () => Promise.reject(new Error('the reconciler lists nothing')),
      namespaces: () => Promise.reject(new Error('the reconciler lists nothing')),
    },
    runner: {
      resolveTaskDefinition: () => line.read('ecs.resolve', () => 'arn:aws:ecs:simulated:0:task-definition/recorder:1'),
      launch: (request) =>
        line.write('ecs.launch', () => {
          world.beforeLaunch(request, life);
          return ecs.launch(request);
        }),
      stop: (taskArn, reason) =>
        line.write('ecs.stop', () => {
          world.beforeStop(taskArn);
          ecs.stop(taskArn, reason);
        }),
      describe: (taskArns) => line.read('ecs.describe', () => ecs.describe(taskArns)),
      listLive: () => line.read('ecs.list', () => ecs.listLive()),
    },
    recordings: {
      look: (meeting) => line.read('s3.look', () => bucket.look(meeting)),
      hasLeftovers: ({ metadata }) => line.read('s3.leftovers', () => bucket.hasLeftovers(metadata.uid)),
      remove: ({ metadata }) => line.write('s3.remove', () => bucket.remove(metadata.uid)),
    },
    sender: {
      send: async ({ id, body }): Promise<DeliveryResult> => {
        try {
          return await line.write('webhook', () => {
            world.beforeSend(id, body);
            return receiver.take(id, body, scheduler.time);
          });
        } catch (error) {
          return { kind: 'unanswered', error: (error as Error).message };
        }
      },
    },
    lease: leaseOf(line, lease),
    locks: {
      read: (identity) => line.read('identity.read', () => locks.read(identity)),
      write: (identity, holder, seen) =>
        line.write('identity.write', async () => {
          const isTaken = await locks.write(identity, holder, seen);
          if (seen !== undefined) world.mark(isTaken ? 'identity taken over' : 'identity lost to another');
          return isTaken;
        }),
    },
  };
}

function leaseOf(line: Line, lease: SimulatedLease): LeaseStore {
  return {
    read: () => line.read('lease.read', () => lease.read()),
    write: (record, seen) => line.write('lease.write', () => lease.write(record, seen)),
  };
}
