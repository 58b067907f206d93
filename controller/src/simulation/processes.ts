import type { MeetingService } from '../api/meeting-service.ts';
import { ControllerError } from '../errors.ts';
import { type ControllerProcess, startController } from './controller-process.ts';
import { Life } from './life.ts';
import { SimulatedLease, servicesOf } from './services.ts';
import type { World } from './world.ts';

/** A client gives up waiting for the API after this. Milliseconds. */
const REQUEST_TIMEOUT = 10_000;

/** The controllers of a world, each with one life after another. */
export class Processes {
  readonly #world: World;
  readonly #leases: SimulatedLease[];
  readonly #running: (ControllerProcess | undefined)[] = [];
  #lives = 0;

  constructor(world: World) {
    this.#world = world;
    const shared = new SimulatedLease();
    this.#leases = [shared, world.weather.twoLeaders ? new SimulatedLease() : shared];
  }

  /** Starts all; what befalls them does so within `stormMs` milliseconds. */
  start(stormMs: number): void {
    const { weather, chance, faults, scheduler } = this.#world;
    for (let index = 0; index < weather.processes; index++) {
      this.#boot(index);
      const times = chance.of(`misfortunes ${index}`);
      const at = (count: number, kind: string, act: (life: Life) => void) => {
        for (let n = 0; n < count; n++) {
          const name = `${kind} ${index}/${n}`;
          const when = times.between(0, stormMs);
          scheduler.after(when, () => {
            const running = this.#running[index];
            if (running === undefined || faults.isHealed || !faults.happens(name, 1)) return;
            this.#world.trace(running.life.name, kind);
            act(running.life);
          });
        }
      };
      at(weather.kills, 'killed', (life) => this.crash(life));
      at(weather.pauses, 'paused', (life) => life.pause(times.between(5_000, 150_000)));
      at(weather.jumps, 'clock jumps', (life) => {
        life.offset += times.between(-30_000, 30_000);
      });
      at(weather.handovers, 'handover', () => this.#handOver(index));
    }
  }

  /** Starts those that are dead. */
  startAll(): void {
    for (let index = 0; index < this.#world.weather.processes; index++) {
      if (this.#running[index] === undefined) this.#boot(index);
    }
  }

  /** Kills a life of a controller; another begins after a while. */
  crash(life: Life): void {
    const index = this.#running.findIndex((each) => each?.life === life);
    if (index < 0) return;
    if (this.#running[index]?.isLeading() === true) this.#world.mark('leader killed');
    life.kill();
    this.#running[index] = undefined;
    const delay = this.#world.chance.of(`restart ${life.name}`).between(1_000, 60_000);
    this.#world.scheduler.after(delay, () => {
      if (this.#running[index] === undefined) this.#boot(index);
    });
  }

  /** A call of the API, by whichever controller answers. @throws ControllerError `Unavailable` when none does in time */
  request<T>(caller: Life, work: (meetings: MeetingService) => Promise<T>): Promise<T> {
    const running = this.#running.filter((each) => each !== undefined);
    const chosen =
      running[Math.floor(this.#world.chance.of(`route ${caller.name} ${this.#world.changes}`).next() * running.length)];
    return new Promise((resolve, reject) => {
      const away = () => reject(new ControllerError('Unavailable', 'no controller answers'));
      const timer = caller.after(chosen === undefined ? 1_000 : REQUEST_TIMEOUT, away);
      if (chosen === undefined) return;
      work(chosen.meetings)
        .then(resolve, reject)
        .finally(() => timer.cancel());
    });
  }

  #boot(index: number): void {
    const life = new Life(`controller-${index}.${this.#lives++}`, this.#world.scheduler);
    const lease = this.#leases[index] ?? new SimulatedLease();
    const chance = this.#world.chance.of(`sabotage ${life.name}`);
    const right = servicesOf(this.#world, life, lease);
    const services =
      this.#world.sabotage.services?.(right, { bucket: this.#world.bucket, chance: () => chance.next() }) ?? right;
    this.#running[index] = startController(this.#world, life, services);
  }

  #handOver(index: number): void {
    const leaving = this.#running[index];
    if (leaving === undefined) return;
    this.#running[index] = undefined;
    if (leaving.isLeading()) this.#world.mark('lease given back');
    leaving.close().then(
      () => leaving.life.kill(),
      (error: unknown) => this.#world.onError(error, 'closing failed'),
    );
    this.#world.scheduler.after(3_000, () => {
      if (this.#running[index] === undefined) this.#boot(index);
    });
    this.#world.scheduler.after(120_000, () => leaving.life.kill());
  }
}
