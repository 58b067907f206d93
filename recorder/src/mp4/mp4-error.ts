/** What can be wrong with media that is handed to this folder. */
export type Mp4ErrorCode = 'BadBox' | 'BadInit' | 'BadFragment' | 'Unsupported';

/** Media that is not what the encoder promises. Retrying with the same bytes never helps. */
export class Mp4Error extends Error {
  readonly code: Mp4ErrorCode;

  constructor(code: Mp4ErrorCode, message: string) {
    super(message);
    this.name = 'Mp4Error';
    this.code = code;
  }
}
