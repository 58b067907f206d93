import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { ClientMessage, ServerMessage } from '../protocol.ts';
import { encodeLoop } from './encoded-loop.ts';
import { FRAME_RATE } from './loop.ts';
import { LoopSender } from './participant.ts';
import { answerViewer, type Signal } from './peer.ts';
import { epochNow } from './rtp.ts';

/**
 * The process of the reference call: `main.ts URL NAME…` brings a participant of each name into the meeting and says
 * `joined`. They leave and it ends when its standard input does, as it also does when whoever started it is gone.
 */
const [url = '', ...names] = process.argv.slice(2);

/** Packets that are due go out together so often, as those of a browser's pacer do. */
const PACE_MS = 5;

async function makeSenders(): Promise<LoopSender[]> {
  const dir = await mkdtemp(join(tmpdir(), 'meeting-reference-'));
  try {
    const count = names.length;
    const loops = [];
    for (const index of names.keys()) loops.push(await encodeLoop({ index, count, pulses: index === 0 }, dir));
    const zero = epochNow();
    // Cameras of strangers are out of step with each other.
    return loops.map((loop, index) => new LoopSender(loop, zero + (index / count / FRAME_RATE) * 1000));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** @returns what makes the participant leave, once it is in. */
function enter(name: string, sender: LoopSender): Promise<() => Promise<void>> {
  const viewers = new Map<string, ReturnType<typeof answerViewer>>();
  const socket = new WebSocket(url.replace(/^http/, 'ws'));
  const say = (message: ClientMessage) => socket.send(JSON.stringify(message));
  const drop = async (id: string) => {
    const viewer = viewers.get(id);
    viewers.delete(id);
    await (await viewer)?.close();
  };
  const leave = async () => {
    if (socket.readyState === WebSocket.OPEN) say({ type: 'leave' });
    socket.close();
    await Promise.all([...viewers.keys()].map(drop));
  };
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => say({ type: 'join', name, role: 'participant', wants: 'nothing' }));
    socket.on('message', (frame) => {
      const message = JSON.parse(frame.toString()) as ServerMessage;
      if (message.type === 'joined') resolve(leave);
      if (message.type === 'bye') void leave();
      if (message.type === 'peer-left') void drop(message.id);
      if (message.type !== 'signal') return;
      const { description } = message.data as Signal;
      // Its candidates are not needed: we are on this machine's loopback, and it finds us by ours.
      if (description?.type !== 'offer') return;
      const viewer = answerViewer(description, sender);
      viewers.set(message.from, viewer);
      viewer.then(
        ({ answer }) => say({ type: 'signal', to: message.from, data: answer }),
        (error: unknown) => console.error(String(error)),
      );
    });
  });
}

const senders = await makeSenders();
setInterval(() => {
  const now = epochNow();
  for (const sender of senders) sender.sendUntil(now);
}, PACE_MS);
const leaves = await Promise.all(senders.map((sender, index) => enter(names[index] ?? '', sender)));
console.log('joined');
process.stdin.resume();
process.stdin.on('end', () => {
  void Promise.all(leaves.map((leave) => leave())).finally(() => process.exit(0));
});
