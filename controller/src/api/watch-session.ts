import type { Meeting } from '@meetingbot/crds-schema';
import type { ChangeType } from '../watch/change.ts';
import { type Selection, seenThrough } from '../watch/meeting-watch.ts';
import type { OpenWatch } from '../watch/watches.ts';
import type { LineForm, WatchLines } from './watch-lines.ts';
import type { WatchStream } from './watch-stream.ts';

/** What one watcher asked for. */
export interface WatchRequest {
  selection: Selection;
  form: LineForm;
  /** After a version, from what there is now, or from now on. */
  from: { kind: 'version'; version: number } | { kind: 'list'; isEndMarked: boolean } | { kind: 'now' };
  wantsBookmarks: boolean;
  /** Seconds; absent: 30 to 60 minutes. */
  timeoutSeconds?: number | undefined;
}

/** What a watcher is told first. */
export interface Beginning {
  first: readonly { type: ChangeType; meeting: Meeting }[];
  /** Version of the bookmark after it that says that the list was whole. */
  endMark?: number;
}

/** One watcher's side of a watch. */
export class WatchSession {
  readonly #stream: WatchStream;
  readonly #request: WatchRequest;
  readonly #lines: WatchLines;
  #isFirst = true;

  constructor(stream: WatchStream, request: WatchRequest, lines: WatchLines) {
    this.#stream = stream;
    this.#request = request;
    this.#lines = lines;
  }

  get stream(): WatchStream {
    return this.#stream;
  }

  /** Tells what was before, then all that comes. Resolves once it has caught up. */
  async run(watch: OpenWatch, { first, endMark }: Beginning): Promise<void> {
    this.#stream.begin();
    await this.#stream.sendAll(this.#linesOf(first));
    if (endMark !== undefined) this.bookmark(endMark, true);
    const isFollowed = watch.follow((change) => {
      const type = seenThrough(this.#request.selection, change);
      if (type !== undefined) this.#stream.send(this.#line(type, change.meeting));
    });
    if (!isFollowed) this.#stream.end();
  }

  /** A version from which the client may begin again, if it wants to know. */
  bookmark(version: number, isInitialEnd = false): void {
    if (!this.#request.wantsBookmarks) return;
    this.#stream.send(this.#lines.bookmark(version, this.#request.form, isInitialEnd));
  }

  *#linesOf(first: Beginning['first']): Iterable<Buffer> {
    for (const { type, meeting } of first) yield this.#line(type, meeting);
  }

  #line(type: ChangeType, meeting: Meeting): Buffer {
    const line = this.#lines.of(type, meeting, this.#request.form, this.#isFirst);
    this.#isFirst = false;
    return line;
  }
}
