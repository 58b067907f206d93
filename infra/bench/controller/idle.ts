import { type CallCounts, callCounts, callsPer } from './call-counts.ts';
import { measureLife } from './life.ts';
import { LoadGenerator } from './load-generator.ts';
import { Rig } from './rig.ts';
import { cloneOf, itemOf, putItems } from './table-items.ts';
import { coresBetween, usageOf } from './usage.ts';

/** A controller with nothing to do. */
export interface IdleFigures {
  finished: number;
  /** CPU in cores. */
  cores: number;
  callsPerMinute: CallCounts;
}

/** Looks at an idle controller without finished Meetings and with so many. */
export async function measureIdle(
  finished: number,
  seconds: number,
  say: (line: string) => void,
): Promise<IdleFigures[]> {
  const rig = await Rig.start();
  try {
    await rig.startController();
    const load = await LoadGenerator.start(rig.controller.info.url);
    say('one Meeting through its whole life');
    await measureLife({ rig, load }, { prefix: 'one', count: 1, background: {} }).finally(() => load.stop());
    const item = await itemOf(rig.client.dynamodb, 'one-0');
    // Another life of the controller each time: nobody has asked it anything.
    await rig.stopController();
    await rig.startController();
    const figures = [await idle(rig, 1, seconds, say)];
    await rig.stopController();
    say(`writing ${finished} finished Meetings`);
    await putItems(
      rig.client.dynamodb,
      Array.from({ length: finished }, (_, index) => cloneOf(item, `finished-${index}`)),
    );
    await rig.startController();
    figures.push(await idle(rig, finished, seconds, say));
    return figures;
  } finally {
    await rig.close();
  }
}

async function idle(rig: Rig, finished: number, seconds: number, say: (line: string) => void): Promise<IdleFigures> {
  // The takeover is over.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  say(`idle for ${seconds} s beside ${finished} finished`);
  const { pid, info } = rig.controller;
  const before = { usage: usageOf(pid), calls: await callCounts(info.url) };
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = { usage: usageOf(pid), calls: await callCounts(info.url) };
  const minutes = (after.usage.at - before.usage.at) / 60_000;
  return {
    finished,
    cores: coresBetween(before.usage, after.usage),
    callsPerMinute: callsPer(before.calls, after.calls, minutes),
  };
}
