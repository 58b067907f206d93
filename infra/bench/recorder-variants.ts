import { AUDIO_BUFFER_FLAG, encoderArguments } from '@meetingbot/recorder';

/** A way to run the recorder that differs from the shipped one in one thing. */
export interface Variant {
  readonly name: string;
  /** Put behind Chromium's flags. */
  readonly chromium?: readonly string[];
  /** Flags of Chromium that the recorder gives and that are taken away. */
  readonly without?: readonly string[];
  /** Options of ffmpeg whose value is replaced; the value may be followed by more options. */
  readonly encoder?: Readonly<Record<string, readonly string[]>>;
  /** Environment of ffmpeg that differs. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Refresh rate of the display in hertz, in place of the recorder's own. */
  readonly hertz?: number;
}

const chromium = (name: string, ...flags: string[]): Variant => ({ name, chromium: flags });
const encoder = (name: string, options: Record<string, string[]>): Variant => ({ name, encoder: options });

/** The recorder's own filter of the picture with another conversion from RGB. */
function converted(conversion: string): string {
  const shipped = encoderArguments({ kind: 'video', display: ':0', source: 'x', width: 1280, height: 720 });
  const filter = shipped[shipped.indexOf('-vf') + 1] ?? '';
  const other = filter.replace(/(?<=;\[kept\]).*?format=yuv420p/, conversion);
  if (other === filter) throw new Error(`no conversion to be replaced in the recorder's filter ${filter}`);
  return other;
}

/** The first one is the shipped recorder, which the others are held against. */
export const VARIANTS: readonly Variant[] = [
  { name: 'shipped' },
  // As one would begin: a display without a rate of its own, sound in Chromium's 10 ms, x264's usual choice.
  {
    name: 'stock',
    hertz: 60,
    without: [AUDIO_BUFFER_FLAG],
    encoder: {
      '-preset': ['veryfast'],
      '-aac_coder': ['twoloop'],
      '-fragment_size': ['1920'],
      '-vf': [converted('format=yuv420p')],
    },
  },
  // How often it draws: shipped are 30 times a second for 25 pictures; without a rate of the display's it is 60.
  { name: 'display-25hz', hertz: 25 },
  { name: 'display-50hz', hertz: 50 },
  { name: 'display-60hz', hertz: 60 },
  // What draws: without a graphics card and with these flags left out, Chromium composes in software, without GL.
  chromium('in-process-gpu', '--in-process-gpu'),
  chromium(
    'swiftshader',
    '--use-gl=angle',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--ignore-gpu-blocklist',
  ),
  chromium('disable-gpu', '--disable-gpu'),
  chromium('no-software-rasterizer', '--disable-gpu', '--disable-software-rasterizer'),
  // How it draws.
  chromium('no-lcd-text', '--disable-lcd-text'),
  chromium('no-antialiasing', '--disable-composited-antialiasing'),
  chromium('no-threaded-animation', '--disable-threaded-animation'),
  chromium('no-partial-raster', '--disable-partial-raster'),
  chromium('no-frame-rate-limit', '--disable-frame-rate-limit', '--disable-gpu-vsync'),
  chromium('main-frame-early', '--enable-main-frame-before-activation'),
  // Which processes there are.
  chromium('audio-in-process', '--disable-features=AudioServiceOutOfProcess'),
  chromium('network-in-process', '--enable-features=NetworkServiceInProcess2'),
  chromium(
    'no-site-isolation',
    '--disable-features=IsolateOrigins,site-per-process',
    '--disable-site-isolation-trials',
  ),
  chromium('one-renderer', '--renderer-process-limit=1', '--process-per-site'),
  chromium('no-spare-renderer', '--disable-features=SpareRendererForSitePerProcess,PreloadTopChromeWebUI'),
  { name: 'dev-shm', without: ['--disable-dev-shm-usage'] },
  // Sound in smaller and larger pieces than the shipped 32 and 40 ms.
  { name: 'audio-buffer-default', without: [AUDIO_BUFFER_FLAG] },
  chromium('audio-buffer-1024', '--audio-buffer-size=1024'),
  chromium('audio-buffer-2048', '--audio-buffer-size=2048'),
  encoder('sound-fragments-20ms', { '-fragment_size': ['3840'] }),
  // Flags that keep a page at full speed though nobody looks.
  {
    name: 'may-throttle',
    without: [
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
  },
  chromium('small-js-heap', '--js-flags=--max-old-space-size=256 --optimize-for-size'),
  // The encoder.
  encoder('superfast', { '-preset': ['superfast'] }),
  encoder('veryfast', { '-preset': ['veryfast'] }),
  encoder('zerolatency', { '-preset': ['ultrafast', '-tune', 'zerolatency'] }),
  encoder('stillimage', { '-preset': ['ultrafast', '-tune', 'stillimage'] }),
  encoder('crf-28', { '-crf': ['28'] }),
  encoder('baseline', { '-profile:v': ['baseline'] }),
  encoder('threads-2', { '-threads': ['2'] }),
  encoder('aac-twoloop', { '-aac_coder': ['twoloop'] }),
  { name: 'small-pages', environment: { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=0' } },
  encoder('plain-conversion', { '-vf': [converted('format=yuv420p')] }),
  encoder('by-bgr24', { '-vf': [converted('format=bgr24,format=yuv420p')] }),
];
