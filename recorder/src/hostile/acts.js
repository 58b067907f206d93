/** What a hostile page does with a click of ours: it may ask the browser for anything now, and draws nothing by itself. */
const wait = (ms, value) => new Promise((done) => setTimeout(done, ms, value));
const words = (error) => error.name ?? String(error);
const picked = (attributes) => {
  Object.assign(document.createElement('input'), attributes).click();
  return wait(300, 'asked');
};
const film = async () => {
  const canvas = document.createElement('canvas');
  canvas.getContext('2d').fillRect(0, 0, 9, 9);
  const video = Object.assign(document.createElement('video'), { srcObject: canvas.captureStream(5), muted: true });
  await video.play();
  return video;
};
const download = (attributes) => {
  Object.assign(document.createElement('a'), attributes).click();
  return wait(300, 'asked');
};
const goes = (url) => {
  location.assign(url);
  return wait(300, 'asked');
};
const granted = (asked) => asked.then(() => 'granted');
const LOOT = 'loot that a page wants to leave behind';

globalThis.acts = {
  geolocation: () =>
    new Promise((done) =>
      navigator.geolocation.getCurrentPosition(
        () => done('granted'),
        ({ message }) => done(message),
      ),
    ),
  notifications: () => Notification.requestPermission(),
  'clipboard, read': () => navigator.clipboard.readText(),
  'camera and microphone': () => granted(navigator.mediaDevices.getUserMedia({ audio: true, video: true })),
  'screen capture': () => granted(navigator.mediaDevices.getDisplayMedia({ video: true })),
  MIDI: () => granted(navigator.requestMIDIAccess({ sysex: true })),
  'USB device': () => granted(navigator.usb.requestDevice({ filters: [] })),
  'serial port': () => granted(navigator.serial.requestPort()),
  'HID device': async () => `${(await navigator.hid.requestDevice({ filters: [] })).length} given`,
  'Bluetooth device': () => granted(navigator.bluetooth.requestDevice({ acceptAllDevices: true })),
  'local fonts': async () => `${(await queryLocalFonts()).length} given`,
  'windows of the screen': () => granted(getScreenDetails()),
  'idle detection': () => IdleDetector.requestPermission(),
  'storage for ever': async () => String(await navigator.storage.persist()),
  'a passkey': () => granted(navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16) } })),
  'a new passkey': () =>
    granted(
      navigator.credentials.create({
        publicKey: {
          challenge: new Uint8Array(16),
          rp: { name: 'x' },
          user: { id: new Uint8Array(8), name: 'x', displayName: 'x' },
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        },
      }),
    ),
  'a payment': () => {
    const total = { label: 'x', amount: { currency: 'EUR', value: '1' } };
    return granted(new PaymentRequest([{ supportedMethods: `${location.origin}/pay` }], { total }).show());
  },
  'be the handler of a protocol': () => {
    navigator.registerProtocolHandler('web+loot', '/?%s');
    return 'asked';
  },
  'a file': () => picked({ type: 'file' }),
  'a folder': () => picked({ type: 'file', webkitdirectory: true }),
  'a file by its picker': () => granted(showOpenFilePicker()),
  'where to save': () => granted(showSaveFilePicker({ suggestedName: 'loot.txt' })),
  'a folder by its picker': () => granted(showDirectoryPicker({ mode: 'readwrite' })),
  print: () => {
    setTimeout(() => print(), 0);
    return wait(300, 'asked');
  },
  fullscreen: async () => {
    await document.documentElement.requestFullscreen();
    return wait(300, 'taken: it fills the display anyway');
  },
  'pointer lock': async () => {
    await document.body.requestPointerLock();
    return wait(300, 'taken: we show no pointer');
  },
  'keyboard lock': async () => {
    await navigator.keyboard.lock();
    return 'taken: nobody here has keys';
  },
  'picture in picture': async () => granted((await film()).requestPictureInPicture()),
  'a document in a picture': () => granted(documentPictureInPicture.requestWindow({ width: 300, height: 200 })),
  'twenty windows': () => {
    for (let i = 0; i < 20; i++) open(`/?window=${i}`, '', 'width=300,height=300,left=40,top=40');
    return wait(300, 'asked');
  },
  'thirty alerts': () => {
    for (let i = 0; i < 10; i++) {
      alert(`You have won ${i}`);
      confirm('Is it so?');
      prompt('Your passcode?');
    }
    return 'all answered';
  },
  'a download': () => download({ href: '/loot', download: 'loot-attribute.bin' }),
  'a download by its header': () => goes('/loot'),
  'a download in a frame': () => {
    const frame = Object.assign(document.createElement('iframe'), { src: '/loot', hidden: true });
    document.body.append(frame);
    return wait(300, 'asked');
  },
  'a download of a blob': () => download({ href: URL.createObjectURL(new Blob([LOOT])), download: 'loot-blob.bin' }),
  'a download of a data: url': () => download({ href: `data:application/zip,${LOOT}`, download: 'loot-data.bin' }),
  'mailto:': () => goes('mailto:victim@example.com'),
  'zoommtg:': () => goes('zoommtg://zoom.us/join?confno=1'),
  'msteams:': () => goes('msteams:/l/meetup-join/x'),
  'a scheme of its own': () => goes('hostile-scheme://x'),
  'file:': () => goes('file:///proc/self/environ'),
  'file: in a frame': () => {
    document.body.append(
      Object.assign(document.createElement('iframe'), { src: 'file:///proc/self/environ', hidden: true }),
    );
    return wait(300, 'asked');
  },
  'file: by fetch': async () => (await fetch('file:///proc/self/environ')).text(),
  'file: in a window': () => {
    open('file:///etc/passwd');
    return wait(300, 'asked');
  },
  'view-source:': () => goes(`view-source:${location.href}`),
  'view-source: of a file': () => goes('view-source:file:///etc/passwd'),
  'chrome://settings': () => goes('chrome://settings'),
  'chrome://version in a window': () => {
    open('chrome://version');
    return wait(300, 'asked');
  },
  'devtools:': () => goes('devtools://devtools/bundled/inspector.html'),
  'an extension': async () => (await fetch('chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/index.html')).text(),
};

/** Called by a click: `then` is what becomes of it, in words. */
addEventListener('click', () => {
  const { act } = globalThis;
  globalThis.act = undefined;
  if (act === undefined) {
    globalThis.clicks = (globalThis.clicks ?? 0) + 1;
    return;
  }
  globalThis.outcome = undefined;
  const done = (outcome) => {
    globalThis.outcome = String(outcome).slice(0, 60);
  };
  try {
    Promise.resolve(globalThis.acts[act]()).then(done, (error) => done(words(error)));
  } catch (error) {
    done(words(error));
  }
});
