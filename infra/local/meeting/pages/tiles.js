/** The grid: one tile a participant, as square a grid as their number allows; our own is a name plate in the footer. */
export class Tiles {
  #root;
  #tiles = new Map();

  constructor(root) {
    this.#root = root;
    this.#arrange();
  }

  add({ id, name, own }) {
    const tile = document.createElement('div');
    tile.className = own ? 'tile own' : 'tile';
    tile.dataset.name = name;
    const label = document.createElement('span');
    label.className = 'name';
    label.textContent = own ? `${name} (you)` : name;
    tile.append(label);
    this.#root.append(tile);
    this.#tiles.set(id, tile);
    this.#arrange();
    return { play: (stream) => play(tile, stream) };
  }

  remove(id) {
    this.#tiles.get(id)?.remove();
    this.#tiles.delete(id);
    this.#arrange();
  }

  #arrange() {
    const remote = this.#root.querySelectorAll('.tile:not(.own)').length;
    this.#root.dataset.remote = String(remote);
    this.#root.style.setProperty('--columns', String(Math.max(1, Math.ceil(Math.sqrt(remote)))));
  }
}

function play(tile, stream) {
  if (tile.querySelector('video') !== null) return;
  const video = document.createElement('video');
  video.autoplay = true;
  video.playsInline = true;
  video.srcObject = stream;
  tile.prepend(video);
}
