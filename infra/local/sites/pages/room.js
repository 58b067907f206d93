import { player, startMedia } from './media.js';
import { ask, find, findAll, note, play, show } from './stage.js';

/**
 * A call as all sites have it: who is there, what is heard, what may happen. A site gives what it looks like.
 * @param site.frame - the page of the call, as HTML; it has a `main`
 * @param site.draw - draws people and controls into it: ({ self, others, countShown }) => void
 * @param site.leaveButton - selector of what is clicked to leave
 * @param site.confirmLeave - resolves to whether it was meant; absent: it always is
 * @param site.dialogs - HTML of `consent`, `notice`, `cookies`, and `agreed`: the label that agrees to the first
 * @param site.chat - `button` that opens it, `panel` as HTML with a `field` and, where it has them, a button `.close` and one
 *   that sends, `send`
 * @param site.speaks - shows that the first of the others speaks, or does not: (speaking) => void; absent: nothing shows it
 * @param site.say - puts a message into the chat: (message, from) => void
 * @param site.uncount - takes what was drawn away by which people could be counted
 * @param site.lobby - resolves to whether one is let in: (name) => Promise<boolean>
 * @param site.ending - draws the page of an end: `ended`, `removed` or `left`
 * @param site.elsewhere - the page that it goes to when it goes away
 */
export function makeRoom(site) {
  let self;
  let others = [];
  let countShown = true;
  let media;
  let isMuted = false;
  let isOver = false;

  function draw() {
    site.draw({ self, others, countShown });
    if (!countShown) site.uncount();
    for (const button of findAll(site.leaveButton)) button.addEventListener('click', leave);
    for (const button of findAll(site.chat.button)) button.addEventListener('click', toggleChat);
    showPicture();
  }

  /** The chat at the side, where guests may write: what is written is sent by its button, or where it has none by Enter. */
  function toggleChat() {
    const open = find('.chat-panel');
    if (open !== null) return open.remove();
    if (!play.guestsMayWrite) return;
    find('main').insertAdjacentHTML('beforeend', `<aside class="chat-panel">${site.chat.panel()}</aside>`);
    find('.chat-panel .close')?.addEventListener('click', toggleChat);
    const field = find(site.chat.field);
    const send = () => {
      const written = (field.value ?? field.textContent).trim();
      if (written === '') return;
      note('said', { text: written });
      site.say(written, self);
      if (field.value === undefined) field.textContent = '';
      else field.value = '';
    };
    const button = site.chat.send === undefined ? null : find(site.chat.send);
    button?.addEventListener('click', send);
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || button !== null) return;
      event.preventDefault();
      send();
    });
  }

  /** The first of the others has a camera. */
  function showPicture() {
    const avatar = others.length === 0 ? null : find('.tile .avatar');
    if (media === undefined || avatar === null) return;
    const video = player('video', media.picture);
    video.muted = true;
    avatar.replaceChildren(video);
  }

  function startPlaying() {
    media ??= startMedia();
    const main = find('main');
    main.append(player('audio', media.sound));
    showPicture();
    const timer = setInterval(() => {
      if (!main.isConnected) clearInterval(timer);
      // Who speaks is seen by a class whose name changes with every release.
      else find('.speaking')?.classList.toggle('Oaajhc');
      site.speaks?.(media !== undefined && !isMuted && others.length > 0);
    }, 700);
  }

  async function consent() {
    if ((await ask(site.dialogs.consent())) !== site.dialogs.agreed()) return leave();
    note('agreed');
    if (media === undefined) startPlaying();
  }

  /** Nothing else is asked before one has agreed. */
  async function askInCall() {
    if (play.callDialogs.includes('consent')) await consent();
    else startPlaying();
    for (const kind of ['notice', 'cookies']) if (play.callDialogs.includes(kind)) void ask(site.dialogs[kind]());
  }

  /** The controls slide away when the mouse rests. */
  function hideControls() {
    if (!play.controlsHide) return;
    let timer;
    const awake = () => {
      find('.controls')?.classList.remove('away');
      clearTimeout(timer);
      timer = setTimeout(() => find('.controls')?.classList.add('away'), 3000);
    };
    document.addEventListener('mousemove', awake);
    awake();
  }

  function mute() {
    isMuted = true;
    media?.mute();
  }

  function close() {
    media?.stop();
    media = undefined;
  }

  async function leave() {
    // The call may still be drawn behind its end.
    if (isOver) return;
    if (site.confirmLeave !== undefined && !(await site.confirmLeave())) return;
    note('leaveClicked');
    close();
    end('left');
  }

  function end(kind) {
    isOver = true;
    note('over');
    site.ending(kind);
  }

  function enter(name) {
    isOver = false;
    self = name;
    others = [...play.others];
    show(site.frame());
    note('inCall');
    draw();
    void askInCall();
    for (const message of play.chat) site.say(message, 'Ada Lovelace');
    hideControls();
  }

  const acts = {
    everybodyLeaves() {
      others = [...play.programs];
      mute();
      draw();
    },
    hostEnds() {
      close();
      end('ended');
    },
    remove() {
      close();
      end('removed');
    },
    mute,
    loseSound: () => media?.mute(),
    goAway: () => location.assign(site.elsewhere()),
    hideCount() {
      // The list of people is drawn anew: for a while there is nothing to count.
      countShown = false;
      draw();
    },
    showCount() {
      countShown = true;
      draw();
    },
    talkOfTheEnd() {
      for (const words of site.wordsOfTheEnd) site.say(words, 'You left the meeting');
      others.push(site.wordsOfTheEnd[0]);
      draw();
    },
    askConsent: () => void consent(),
    async backToLobby() {
      close();
      if (await site.lobby(self)) enter(self);
    },
  };
  return { enter, acts };
}
