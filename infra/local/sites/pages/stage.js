/** What this page was told: the script of its visit, which meeting it is, and the language that it speaks. */
export const play = JSON.parse(document.querySelector('#play').textContent);

const root = document.querySelector('#root');
/** Counts what was drawn: whoever comes back from a wait knows by it whether his page is still there. */
let drawn = 0;

/** Draws a whole page. */
export function show(page) {
  drawn += 1;
  root.innerHTML = page;
}

export const find = (selector, within = root) => within.querySelector(selector);
export const findAll = (selector, within = root) => [...within.querySelectorAll(selector)];

/** One of the page's two languages. */
export const text = (english, german) => (play.shown === 'de' ? german : english);

export const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Waits, and then says whether the page is still the one that was there. */
export async function still(seconds) {
  const mine = drawn;
  await wait(seconds);
  return mine === drawn;
}

/** Writes into the meeting's journal. */
export function note(what, details = {}) {
  const entry = { at: Date.now(), visit: play.visit, what, ...details };
  navigator.sendBeacon(`/_play/note?meeting=${encodeURIComponent(play.meeting)}`, JSON.stringify(entry));
}

/** The page's one thread waits for an answer that never comes: it hangs like one in a loop, but at no cost. */
function hang() {
  const request = new XMLHttpRequest();
  request.open('GET', '/_play/never', false);
  request.send();
}

/** Plays what happens in the call. */
export function onAct(acts) {
  const orders = new EventSource(`/_play/orders?meeting=${encodeURIComponent(play.meeting)}`);
  orders.onmessage = ({ data }) => {
    if (data === 'freeze') hang();
    acts[data]?.();
  };
}

/** Puts something over the page, which stays drawn. @returns what holds it */
export function cover(dialog) {
  const holder = document.createElement('div');
  holder.className = 'scrim';
  holder.innerHTML = dialog;
  root.append(holder);
  return holder;
}

/** Puts a dialog over the page; resolves to the label of what was clicked. */
export function ask(dialog) {
  const holder = cover(dialog);
  return new Promise((answered) => {
    holder.addEventListener('click', ({ target }) => {
      const button = target.closest('button, [role=button]');
      if (button === null) return;
      holder.remove();
      answered(button.textContent.trim());
    });
  });
}

/**
 * What is asked on the way in, one question after the other: they come a moment after the page, when somebody may be typing
 * already, and lie over it. Resolves once all are answered.
 * @param dialogs - their HTML, by kind; several: it is asked as often
 * @param agreed - the label that agrees to a recording
 */
export async function askAtDoor(dialogs, agreed) {
  for (const kind of play.doorDialogs) {
    await wait(0.5);
    for (const dialog of [dialogs[kind]()].flat()) {
      const answer = await ask(dialog);
      if (kind === 'consent' && answer === agreed()) note('agreed');
    }
  }
}

export const html = (words) =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export const initials = (name) =>
  name
    .split(/\s+/)
    .map((word) => word.charAt(0).toUpperCase())
    .slice(0, 2)
    .join('');
