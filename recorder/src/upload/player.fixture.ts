import type { Page } from 'puppeteer';
import { fromBlocks } from '../media/index.ts';
import { NUMBER_BLOCKS } from './numbered-media.fixture.ts';

/** The page that a {@link Player} is on: one silent player, and a way to wait for it that ends with its error, too. */
export const PLAYER_PAGE = `<!doctype html><style>body{margin:0}</style>
<video muted preload="metadata" width="320" height="180"></video>
<script>
  const video = document.querySelector('video');
  const until = (name) => new Promise((resolve, reject) => {
    const fail = () => reject(new Error(video.error.message));
    if (video.error) fail();
    video.addEventListener(name, resolve, { once: true });
    video.addEventListener('error', fail, { once: true });
  });
</script>`;

/** No picture stays for longer, in seconds. */
const LONGEST_SECONDS = 0.25;

/** What is on that page. */
declare const video: HTMLVideoElement & { readonly webkitAudioDecodedByteCount: number };
declare const until: (name: string) => Promise<unknown>;

/** What the page says went wrong, without its stack, whose places are no files here. */
function rethrow(error: unknown): never {
  throw new Error(`the player: ${error instanceof Error ? error.message : error}`);
}

/** A browser's own player of one file. Its calls fail with the player's error. */
export class Player {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Goes to the page at `origin`, and loads the file at `path` until there is something to play. */
  static async open(page: Page, origin: string, path: string) {
    await page.goto(origin);
    const facts = await page
      .evaluate(async (src) => {
        video.src = src;
        await until('loadeddata');
        return { duration: video.duration, width: video.videoWidth, height: video.videoHeight };
      }, path)
      .catch(rethrow);
    return { player: new Player(page), facts };
  }

  /** The number of the picture that is shown after a seek to `seconds`; undefined where it is none. */
  async numberAt(seconds: number): Promise<number | undefined> {
    const brightness = await this.#page
      .evaluate(
        async (time, blocks, longest) => {
          // A picture that was shown before may be told of after the seek.
          const shown = new Promise<void>((resolve) => {
            const look = (_: number, { mediaTime }: { mediaTime: number }) => {
              if (Math.abs(mediaTime - time) < longest) resolve();
              else video.requestVideoFrameCallback(look);
            };
            video.requestVideoFrameCallback(look);
          });
          video.currentTime = time;
          await until('seeked');
          await shown;
          const canvas = new OffscreenCanvas(video.videoWidth, 1);
          const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
          context.drawImage(video, 0, -video.videoHeight / 2);
          const { data } = context.getImageData(0, 0, canvas.width, 1);
          const middles = Array.from({ length: blocks }, (_, block) => ((block + 0.5) * canvas.width) / blocks);
          return middles.map((x) => data[4 * Math.floor(x)] ?? 0);
        },
        seconds,
        NUMBER_BLOCKS,
        LONGEST_SECONDS,
      )
      .catch(rethrow);
    return fromBlocks(brightness);
  }

  /** Plays from `seconds` to the end. */
  playFrom(seconds: number): Promise<{ endedAt: number; error: unknown; soundBytes: number }> {
    return this.#page
      .evaluate(async (time) => {
        const ended = until('ended');
        video.currentTime = time;
        await video.play();
        await ended;
        return { endedAt: video.currentTime, error: video.error, soundBytes: video.webkitAudioDecodedByteCount };
      }, seconds)
      .catch(rethrow);
  }
}
