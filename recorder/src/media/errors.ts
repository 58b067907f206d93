/** A media file is not what was expected, or a tool could not read it. */
export class MediaError extends Error {
  override readonly name = 'MediaError';
  readonly code: 'Unreadable' | 'NoSuchTrack';

  constructor(code: MediaError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
