import { join } from 'node:path';
import type { Quarters } from '../process/index.ts';

/** Values of a content setting in Chromium's preferences. */
const BLOCK = 2;
const PROFILE = 'profile';
const SHIMS = 'bin';

export interface Profile {
  readonly profileDir: string;
  /** Goes in front of the browser's PATH; see {@link makeProfile}. */
  readonly shimDir: string;
}

/**
 * Makes a fresh profile in `quarters`. It answers every question a page can raise with no, so that nothing is drawn over it.
 *
 * External protocols (`zoommtg:`, `msteams:`) would raise "Open xdg-open?", a dialog on the display that takes all input
 * away from the page. The policy against it can only be set in /etc, for all browsers of a machine. But Chromium asks
 * `xdg-settings check default-url-scheme-handler` first, and gives up silently when the answer is that it is the handler
 * itself (external_protocol_handler.cc, OnDefaultSchemeClientWorkerFinished; shell_integration_linux.cc): a program of
 * that name in front of the browser's PATH says so. `xdg-open` beside it does nothing, should it be run all the same.
 */
export async function makeProfile(quarters: Quarters, options: { readonly allowCapture: boolean }): Promise<Profile> {
  const executable = true;
  await Promise.all([
    quarters.write(`${PROFILE}/Default/Preferences`, JSON.stringify(preferences(options.allowCapture))),
    quarters.write(`${PROFILE}/Local State`, JSON.stringify(LOCAL_STATE)),
    quarters.write(`${SHIMS}/xdg-settings`, '#!/bin/sh\n[ "$1" = check ] && echo yes\nexit 0\n', { executable }),
    quarters.write(`${SHIMS}/xdg-open`, '#!/bin/sh\nexit 0\n', { executable }),
  ]);
  return { profileDir: join(quarters.path, PROFILE), shimDir: join(quarters.path, SHIMS) };
}

/** Of the whole browser. Where no DevTools is asked there are no dialogs for choosing files (kAllowFileSelectionDialogs). */
const LOCAL_STATE = { select_file_dialogs: { allowed: false } };

/** Names as in chrome/common/pref_names.h and components/content_settings. */
function preferences(allowCapture: boolean): object {
  const capture = allowCapture ? {} : { media_stream_camera: BLOCK, media_stream_mic: BLOCK };
  return {
    profile: {
      exit_type: 'Normal',
      password_manager_enabled: false,
      default_content_setting_values: {
        ...capture,
        ...{ notifications: BLOCK, geolocation: BLOCK, popups: BLOCK, midi_sysex: BLOCK, usb_guard: BLOCK },
        ...{ serial_guard: BLOCK, hid_guard: BLOCK, bluetooth_guard: BLOCK, clipboard: BLOCK, idle_detection: BLOCK },
        ...{ local_network_access: BLOCK, local_network: BLOCK, loopback_network: BLOCK },
        ...{ window_placement: BLOCK, local_fonts: BLOCK, protocol_handlers: BLOCK, file_system_write_guard: BLOCK },
        ...{ file_system_read_guard: BLOCK, keyboard_lock: BLOCK, pointer_lock: BLOCK },
      },
    },
    // Nobody here can choose a screen from the list, or answer whether a site may handle a protocol.
    hardware: { screen_capture_enabled: false },
    custom_handlers: { enabled: false },
    credentials_enable_service: false,
    autofill: { profile_enabled: false, credit_card_enabled: false },
    translate: { enabled: false },
    intl: { accept_languages: 'en-US,en', selected_languages: 'en-US,en' },
    printing: { enabled: false },
    browser: { has_seen_welcome_page: true, check_default_browser: false },
    download: { prompt_for_download: false },
    safebrowsing: { enabled: false },
    search: { suggest_enabled: false },
    // Names are asked of the proxy only.
    net: { network_prediction_options: BLOCK },
    dns_over_https: { mode: 'off' },
  };
}
