import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../scenarios/index.ts';
import { HOST_ENDED, HOST_ENDED_MENDED, HOST_ENDS, refused, type Scenario } from '../scenarios/scenario.ts';
import { runningOrder } from './running-order.ts';

const scenario = (name: string, more: Partial<Scenario>): Scenario =>
  ({ platform: 'jitsi', name, visits: [{}], ...refused('MeetingNotFound'), ...more }) as Scenario;
const namesOf = (scenarios: readonly Scenario[]) => scenarios.map(({ name }) => name);

describe('the running order', () => {
  it('takes recordings and refusals by turns, the longest of both first', () => {
    const order = runningOrder([
      scenario('refused at once', {}),
      scenario('one take', { ...HOST_ENDED }),
      scenario('one take, and a while', { ...HOST_ENDED, cues: [HOST_ENDS] }),
      scenario('two takes', { ...HOST_ENDED_MENDED }),
      scenario('refused at once, too', {}),
      scenario('waits in the lobby', { spec: { leave: { lobbySeconds: 20 } } }),
    ]);

    expect(namesOf(order)).toEqual([
      ...['two takes', 'waits in the lobby', 'one take, and a while', 'refused at once'],
      ...['one take', 'refused at once, too'],
    ]);
  });

  it('leaves none out, however many there are of each', () => {
    const refusals = [1, 2, 3].map((each) => scenario(`refused ${each}`, {}));
    const recordings = [1, 2].map((each) => scenario(`recorded ${each}`, HOST_ENDED));
    for (const all of [SCENARIOS, refusals, recordings, [...refusals, ...recordings], []]) {
      expect(namesOf(runningOrder(all)).toSorted()).toEqual(namesOf(all).toSorted());
    }
  });
});
