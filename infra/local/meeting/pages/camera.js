const WIDTH = 640;
const HEIGHT = 480;
const FLASH_SECONDS = 0.08;

/**
 * A camera: a canvas with a colour of its own, something that moves, the name and a running clock. Frames fall on
 * multiples of the frame time of the sound's clock; for the one who pulses, the 80 ms after every whole second
 * are white all over.
 */
export function startCamera({ clock, name, index, pulses, framesPerSecond }) {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  const backdrop = paintBackdrop(name, index);
  const stream = canvas.captureStream(0);
  const [track] = stream.getVideoTracks();
  track.contentHint = 'motion';
  let timer;

  const frameNow = () => clock.now() * framesPerSecond;
  const tick = (frame) => {
    paint(pen, { backdrop, index, seconds: frame / framesPerSecond, pulses });
    track.requestFrame();
    const next = Math.max(frame, Math.floor(frameNow())) + 1;
    timer = setTimeout(tick, ((next - frameNow()) / framesPerSecond) * 1000, next);
  };
  tick(Math.floor(frameNow()));
  return { stream, stop: () => clearTimeout(timer) };
}

function paint(pen, { backdrop, index, seconds, pulses }) {
  const second = seconds % 1;
  if (pulses && second < FLASH_SECONDS - 1e-6) {
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    return;
  }
  pen.drawImage(backdrop, 0, 0);
  const angle = seconds * (1.3 + 0.2 * index);
  pen.fillStyle = `hsl(${hue(index) + 40} 85% 62%)`;
  pen.beginPath();
  pen.arc(WIDTH / 2 + Math.cos(angle) * 210, HEIGHT / 2 + Math.sin(angle * 1.7) * 110, 46, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = 'rgb(255 255 255 / 85%)';
  pen.fillRect(40, 400, 560 * second, 6);
  pen.font = '28px "DejaVu Sans Mono", monospace';
  pen.fillText(new Date().toISOString().slice(11, 21), 228, 380);
}

function paintBackdrop(name, index) {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const pen = canvas.getContext('2d');
  const shade = pen.createLinearGradient(0, 0, WIDTH, HEIGHT);
  shade.addColorStop(0, `hsl(${hue(index)} 55% 38%)`);
  shade.addColorStop(1, `hsl(${hue(index) + 30} 60% 18%)`);
  pen.fillStyle = shade;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  pen.fillStyle = '#fff';
  pen.textAlign = 'center';
  pen.font = '600 40px "DejaVu Sans", sans-serif';
  pen.fillText(name, WIDTH / 2, 130, WIDTH - 60);
  return canvas;
}

function hue(index) {
  return (205 + index * 97) % 360;
}
