import { play } from './stage.js';

const SIZE = { width: 320, height: 180 };
const FRAMES_A_SECOND = 4;

/** Somebody's camera: a hand that goes round, and the time. A stream that costs next to nothing. */
function camera() {
  const canvas = Object.assign(document.createElement('canvas'), SIZE);
  const brush = canvas.getContext('2d');
  let turn = 0;
  const draw = () => {
    turn += 0.3;
    brush.fillStyle = '#20406a';
    brush.fillRect(0, 0, SIZE.width, SIZE.height);
    brush.strokeStyle = '#ffd27a';
    brush.lineWidth = 10;
    brush.beginPath();
    brush.moveTo(SIZE.width / 2, SIZE.height / 2);
    brush.lineTo(SIZE.width / 2 + 70 * Math.cos(turn), SIZE.height / 2 + 70 * Math.sin(turn));
    brush.stroke();
    brush.fillStyle = '#fff';
    brush.font = '20px sans-serif';
    brush.fillText(new Date().toISOString().slice(11, 21), 12, 168);
  };
  draw();
  const timer = setInterval(draw, 1000 / FRAMES_A_SECOND);
  return { stream: canvas.captureStream(FRAMES_A_SECOND), stop: () => clearInterval(timer) };
}

/**
 * The others' sound, as one stream. Chromium 156 plays a stream of Web Audio in an element 8 % too high in some runs, at any
 * rate of the device; those of WebRTC are exact.
 */
function voice() {
  const context = new AudioContext();
  const level = new GainNode(context, { gain: 0.25 });
  const tone = new OscillatorNode(context, { frequency: play.hertz });
  const out = context.createMediaStreamDestination();
  tone.connect(level).connect(out);
  tone.start();
  return {
    stream: out.stream,
    mute: () => {
      level.gain.value = 0;
    },
    stop: () => void context.close(),
  };
}

/** Streams without sound, as conferences make them ahead of anybody to hear. */
export function silentStream() {
  return new AudioContext().createMediaStreamDestination().stream;
}

/** An element that plays a stream; conferences keep those of sound out of sight. */
export function player(kind, stream) {
  const element = document.createElement(kind);
  element.autoplay = true;
  element.srcObject = stream;
  if (kind === 'audio') element.hidden = true;
  return element;
}

/** Picture and sound of the others; nothing is made before it is asked for. */
export function startMedia() {
  const [picture, sound] = [camera(), voice()];
  return {
    picture: picture.stream,
    sound: sound.stream,
    mute: sound.mute,
    stop() {
      picture.stop();
      sound.stop();
    },
  };
}
