import { FLASH_FRAMES, FRAME_RATE, PULSE_FRAMES } from './loop.ts';

export const WIDTH = 640;
export const HEIGHT = 480;

const PIXELS = WIDTH * HEIGHT;
const WHITE = 235;
const GREY = 128;
/** The bar that grows through each second tells a frame within its second. */
export const BAR = { x: 40, y: 400, width: 560, height: 6 };
const BALL = { radius: 46, luma: 150 };

/**
 * A camera's pictures: a colour of its own that darkens downwards, a ball that moves, the bar, and for the one who pulses
 * white all over for 100 ms at each pulse.
 * @returns a picture of the loop as planar 4:2:0 (BT.601, limited range); the same buffer each time
 */
export function startCamera({ index, pulses }: { index: number; pulses: boolean }): (frame: number) => Buffer {
  const backdrop = paintBackdrop(index);
  const white = Buffer.alloc((PIXELS * 3) / 2, GREY).fill(WHITE, 0, PIXELS);
  const picture = Buffer.alloc(backdrop.length);
  return (frame) => {
    if (pulses && frame % PULSE_FRAMES < FLASH_FRAMES) return white;
    backdrop.copy(picture);
    const seconds = frame / FRAME_RATE;
    const angle = seconds * (1.3 + 0.2 * index);
    paintBall(picture, WIDTH / 2 + Math.cos(angle) * 210, HEIGHT / 2 + Math.sin(angle * 1.7) * 110);
    const length = Math.round(BAR.width * (seconds % 1));
    for (let y = BAR.y; y < BAR.y + BAR.height; y += 1) {
      picture.fill(WHITE, y * WIDTH + BAR.x, y * WIDTH + BAR.x + length);
    }
    return picture;
  };
}

function paintBackdrop(index: number): Buffer {
  const picture = Buffer.alloc((PIXELS * 3) / 2);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) picture[y * WIDTH + x] = 95 - Math.round((25 * x) / WIDTH + (35 * y) / HEIGHT);
  }
  const hue = (2 * Math.PI * (205 + index * 97)) / 360;
  picture.fill(GREY + Math.round(28 * Math.cos(hue)), PIXELS, PIXELS + PIXELS / 4);
  picture.fill(GREY + Math.round(28 * Math.sin(hue)), PIXELS + PIXELS / 4);
  return picture;
}

function paintBall(picture: Buffer, centreX: number, centreY: number): void {
  const { radius, luma } = BALL;
  for (let y = Math.ceil(centreY - radius); y <= centreY + radius; y += 1) {
    const half = Math.sqrt(Math.max(0, radius ** 2 - (y - centreY) ** 2));
    picture.fill(luma, y * WIDTH + Math.ceil(centreX - half), y * WIDTH + Math.floor(centreX + half) + 1);
  }
}
