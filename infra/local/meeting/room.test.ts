import { describe, expect, test } from 'vitest';
import type { Role, ServerMessage } from './protocol.ts';
import { Room, type RoomSettings } from './room.ts';

function openRoom(settings: Partial<RoomSettings> = {}) {
  let ids = 0;
  const room = new Room({ lobby: false, cookies: false, page: 'conference', ...settings }, () => {
    ids += 1;
    return `p${ids}`;
  });
  const enter = (name: string, role: Role = 'guest') => {
    const told: ServerMessage[] = [];
    const id = room.join({ type: 'join', name, role, wants: 'full' }, (message) => told.push(message));
    return { id, told };
  };
  return { room, enter };
}

describe('a room without a lobby', () => {
  test('tells the newcomer who is there, and those who are there who came', () => {
    const { enter } = openRoom();
    const ada = enter('Ada');

    const alan = enter('Alan');

    const peer = { role: 'guest', wants: 'full' };
    expect(alan.told).toEqual([{ type: 'joined', id: 'p2', peers: [{ id: 'p1', name: 'Ada', ...peer }] }]);
    expect(ada.told.at(-1)).toEqual({ type: 'peer-joined', peer: { id: 'p2', name: 'Alan', ...peer } });
  });

  test('passes signals between the two they concern and nobody else', () => {
    const { room, enter } = openRoom();
    const [ada, alan, grace] = [enter('Ada'), enter('Alan'), enter('Grace')];

    room.signal(alan.id, ada.id, 'offer');

    expect(ada.told.at(-1)).toEqual({ type: 'signal', from: 'p2', data: 'offer' });
    expect(grace.told.some((message) => message.type === 'signal')).toBe(false);
  });

  test('tells the others once when somebody has left, however often it is reported', () => {
    const { room, enter } = openRoom();
    const [ada, alan] = [enter('Ada'), enter('Alan')];

    room.leave(alan.id);
    room.leave(alan.id);

    expect(ada.told.filter((message) => message.type === 'peer-left')).toEqual([{ type: 'peer-left', id: 'p2' }]);
    expect(room.people().map(({ name }) => name)).toEqual(['Ada']);
  });

  test('removes one by name and keeps the rest', () => {
    const { room, enter } = openRoom();
    const [ada, alan] = [enter('Ada'), enter('Alan')];

    const removed = room.remove('Alan');

    expect(removed).toBe(1);
    expect(alan.told.at(-1)).toEqual({ type: 'bye', reason: 'removed' });
    expect(ada.told.at(-1)).toEqual({ type: 'peer-left', id: 'p2' });
  });

  test('says goodbye to everyone when the host ends it', () => {
    const { room, enter } = openRoom();
    const visitors = [enter('Ada'), enter('Alan')];

    room.end();

    for (const { told } of visitors) expect(told.at(-1)).toEqual({ type: 'bye', reason: 'ended' });
    expect(room.people()).toEqual([]);
  });
});

describe('a room with a lobby', () => {
  test('lets participants in and keeps guests waiting, unseen and unheard, until they are admitted', () => {
    const { room, enter } = openRoom({ lobby: true });
    const ada = enter('Ada', 'participant');
    const bot = enter('Bot');
    room.signal(bot.id, ada.id, 'offer');
    const toldBefore = [...ada.told];

    const admitted = room.admit('Bot');

    expect(bot.told.map(({ type }) => type)).toEqual(['waiting', 'joined']);
    expect(toldBefore.map(({ type }) => type)).toEqual(['joined']);
    expect(ada.told.at(-1)?.type).toBe('peer-joined');
    expect(admitted).toBe(1);
  });

  test('turns away only those who wait', () => {
    const { room, enter } = openRoom({ lobby: true });
    const ada = enter('Ada', 'participant');
    const bot = enter('Bot');

    const denied = room.deny();

    expect(denied).toBe(1);
    expect(bot.told.at(-1)).toEqual({ type: 'bye', reason: 'denied' });
    expect(ada.told.map(({ type }) => type)).toEqual(['joined']);
  });
});
