export interface FlagOptions {
  /** Directory of the profile. */
  readonly profileDir: string;
  /** Size of the page in pixels. */
  readonly width: number;
  readonly height: number;
  /** As http://127.0.0.1:port */
  readonly proxyUrl: string;
  /** Without the sandbox: where there can be none. */
  readonly noSandbox: boolean;
  /** The operator's own, put last: they win. */
  readonly extra: readonly string[];
}

/** Features of Chromium's that draw over the page, talk to the network by themselves or cost CPU. */
const DISABLED_FEATURES = [
  ...['Translate', 'MediaRouter', 'OptimizationHints', 'AcceptCHFrame', 'PaintHolding', 'GlobalMediaControls'],
  ...['ImprovedCookieControls', 'AutofillServerCommunication', 'CertificateTransparencyComponentUpdater'],
  ...['CalculateNativeWinOcclusion', 'HttpsUpgrades'],
  // Two pages for the address bar that is never seen: a renderer of their own, two seconds of CPU at each start.
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup'],
];

/** Features of Blink's (runtime_enabled_features.json5) that open a window over the page, and so over the recording. */
const DISABLED_WEB_FEATURES = ['DocumentPictureInPictureAPI'];

/**
 * Sound in pieces of 32 ms: at its own 10 ms the browser and the sound server wake each other three times as often. What is
 * longer makes WebRTC's sound late, which does not reckon with it.
 */
export const AUDIO_BUFFER_FLAG = '--audio-buffer-size=1536';

/** The command line of Chromium, without the program. `--remote-debugging-pipe` is on it: file descriptors 3 and 4. */
export function chromiumFlags(options: FlagOptions): string[] {
  const { extra } = options;
  const disabled = [...DISABLED_FEATURES, ...valuesOf('--disable-features', extra)];
  return [
    `--user-data-dir=${options.profileDir}`,
    '--remote-debugging-pipe',
    ...(options.noSandbox ? ['--no-sandbox'] : []),
    // The picture is the page and nothing else. `--test-type` keeps the warning about --no-sandbox away; the display is
    // a row higher than the page, since without a window manager Chromium makes a window of the display's size smaller.
    ...['--kiosk', '--test-type', `--window-size=${options.width},${options.height}`, '--window-position=0,0'],
    ...['--force-device-scale-factor=1', '--force-color-profile=srgb', '--hide-crash-restore-bubble'],
    ...['--no-first-run', '--no-default-browser-check', '--disable-search-engine-choice-screen', '--noerrdialogs'],
    ...['--disable-default-apps', '--disable-extensions', '--disable-component-extensions-with-background-pages'],
    ...['--disable-prompt-on-repost', '--disable-infobars', '--password-store=basic', '--use-mock-keychain'],
    // Pages are classified by their texts: one language.
    ...['--lang=en-US', '--accept-lang=en-US,en'],
    // A meeting plays without a click, and at full rate though nobody looks.
    ...['--autoplay-policy=no-user-gesture-required', '--disable-background-timer-throttling'],
    ...['--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding', '--disable-hang-monitor'],
    '--disable-ipc-flooding-protection',
    AUDIO_BUFFER_FLAG,
    // Only what the page asks for goes to the network, and all of it but WebRTC's UDP through the proxy.
    ...[`--proxy-server=${options.proxyUrl}`, '--proxy-bypass-list=<-loopback>', '--disable-quic'],
    ...[
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-domain-reliability',
    ],
    ...['--disable-client-side-phishing-detection', '--disable-breakpad', '--disable-crash-reporter', '--no-pings'],
    ...['--metrics-recording-only', '--disable-field-trial-config'],
    // Containers have a small /dev/shm.
    '--disable-dev-shm-usage',
    `--disable-blink-features=${[...DISABLED_WEB_FEATURES, ...valuesOf('--disable-blink-features', extra)].join(',')}`,
    ...extra.filter((flag) => !/^--disable-(blink-)?features=/.test(flag)),
    `--disable-features=${disabled.join(',')}`,
    'about:blank',
  ];
}

/** The last flag of a name wins in Chromium, so that lists of features have to be joined. */
function valuesOf(name: string, flags: readonly string[]): string[] {
  return flags
    .filter((flag) => flag.startsWith(`${name}=`))
    .flatMap((flag) => flag.slice(name.length + 1).split(','))
    .filter((value) => value !== '');
}
