export interface FlagOptions {
  /** Directory of the profile. */
  readonly profileDir: string;
  /** Size of the page in pixels. */
  readonly width: number;
  readonly height: number;
  /** As http://127.0.0.1:port */
  readonly proxyUrl: string;
  /** WebRTC's UDP, which no proxy sees, may go to private addresses, too. */
  readonly privateUdp: boolean;
  /** Without the sandbox: where there can be none. */
  readonly noSandbox: boolean;
  /** The operator's own, put last: they win. */
  readonly extra: readonly string[];
}

/** Features of Chromium's that draw over the page, talk to the network by themselves or cost CPU. */
const DISABLED_FEATURES = [
  ...['Translate', 'MediaRouter', 'OptimizationHints', 'AcceptCHFrame', 'PaintHolding', 'GlobalMediaControls'],
  ...['ImprovedCookieControls', 'AutofillServerCommunication', 'CertificateTransparencyComponentUpdater'],
  ...['CalculateNativeWinOcclusion', 'HttpsUpgrades', 'NetworkTimeServiceQuerying'],
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

/**
 * A page may not have WebRTC send to addresses of this machine or its network: Chromium asks a permission for that, which
 * ours is set to refuse (profile.ts), of pages from the internet. By itself it takes all for pages of this machine, since the
 * address they come from is the proxy's.
 */
const closedUdp = (proxyUrl: string) => ({
  features: ['LocalNetworkAccessChecks', 'LocalNetworkAccessChecksWebRTC'],
  overrides: [`${new URL(proxyUrl).host}=public`],
});

/** The command line of Chromium, without the program. `--remote-debugging-pipe` is on it: file descriptors 3 and 4. */
export function chromiumFlags(options: FlagOptions): string[] {
  const { extra, proxyUrl, privateUdp } = options;
  const { features, overrides } = privateUdp ? { features: [], overrides: [] } : closedUdp(proxyUrl);
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
    ...[`--proxy-server=${proxyUrl}`, '--proxy-bypass-list=<-loopback>', '--disable-quic'],
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
    ...extra.filter((flag) => !LISTS.some((name) => flag.startsWith(`${name}=`))),
    ...listFlag('--enable-features', features, extra),
    ...listFlag('--disable-features', DISABLED_FEATURES, extra),
    ...listFlag('--disable-blink-features', DISABLED_WEB_FEATURES, extra),
    ...listFlag('--ip-address-space-overrides', overrides, extra),
    'about:blank',
  ];
}

const LISTS = [
  '--enable-features',
  '--disable-features',
  '--disable-blink-features',
  '--ip-address-space-overrides',
] as const;

/** The last flag of a name wins in Chromium, so that lists have to be joined. */
function listFlag(name: (typeof LISTS)[number], own: readonly string[], extra: readonly string[]): string[] {
  const all = [...own, ...valuesOf(name, extra)];
  return all.length === 0 ? [] : [`${name}=${all.join(',')}`];
}

function valuesOf(name: string, flags: readonly string[]): string[] {
  return flags
    .filter((flag) => flag.startsWith(`${name}=`))
    .flatMap((flag) => flag.slice(name.length + 1).split(','))
    .filter((value) => value !== '');
}
