import { connectPeer } from './peer.js';
import { Tiles } from './tiles.js';

/** One page's place in the call: the signalling connection, a peer connection for each other page, the tiles. */
export class Call {
  #socket;
  #tiles;
  #media;
  #peers = new Map();
  #onBye;

  constructor({ room, name, role, wants, media, tiles, onWaiting, onJoined, onBye }) {
    this.#tiles = new Tiles(tiles);
    this.#media = media;
    this.#onBye = onBye;
    const url = new URL(`/${room}`, location.href.replace(/^http/, 'ws'));
    this.#socket = new WebSocket(url);
    this.#socket.addEventListener('open', () => this.#send({ type: 'join', name, role, wants }));
    this.#socket.addEventListener('close', () => this.#end('lost'));
    this.#socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === 'waiting') onWaiting();
      if (message.type === 'bye') this.#end(message.reason);
      if (message.type === 'peer-joined') this.#add(message.peer, false);
      if (message.type === 'peer-left') this.#remove(message.id);
      if (message.type === 'signal') void this.#peers.get(message.from)?.receive(message.data);
      if (message.type === 'joined') {
        onJoined();
        this.#tiles.add({ id: message.id, name, own: true });
        for (const peer of message.peers) this.#add(peer, true);
      }
    });
  }

  leave() {
    this.#send({ type: 'leave' });
    this.#end('left');
  }

  #add(peer, offers) {
    const tile = this.#tiles.add({ id: peer.id, name: peer.name, own: false });
    const connection = connectPeer({
      offers,
      wants: peer.wants,
      media: this.#media,
      onStream: (stream) => tile.play(stream),
      send: (data) => this.#send({ type: 'signal', to: peer.id, data }),
    });
    this.#peers.set(peer.id, connection);
  }

  #remove(id) {
    this.#peers.get(id)?.close();
    this.#peers.delete(id);
    this.#tiles.remove(id);
  }

  #send(message) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #end(reason) {
    const onBye = this.#onBye;
    if (onBye === undefined) return;
    this.#onBye = undefined;
    for (const id of [...this.#peers.keys()]) this.#remove(id);
    this.#socket.close();
    onBye(reason);
  }
}
