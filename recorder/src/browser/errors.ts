/** Why the browser, or the page in it, could not do what was asked. */
export type BrowserErrorCode =
  /** There is no Chromium where it was said to be. */
  | 'ChromiumMissing'
  /** Chromium ended, or did not answer, while it was starting. */
  | 'NotStarted'
  /** CHROME_EXTRA_ARGS is not a list of words. */
  | 'BadArguments'
  /** The page did not answer within the time limit of a call. */
  | 'PageHung'
  /** The page, its renderer or the whole browser is gone. */
  | 'PageGone';

/** Thrown by everything in this folder. The message is for people. */
export class BrowserError extends Error {
  override readonly name = 'BrowserError';
  readonly code: BrowserErrorCode;

  constructor(code: BrowserErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
