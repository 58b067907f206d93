import { API_VERSION, KIND, type Meeting } from '@meetingbot/crds-schema';
import type { ChangeType } from '../watch/change.ts';
import { meetingTable } from './meeting-table.ts';
import { shown } from './shown-meeting.ts';
import type { TableOptions } from './table.ts';

/** How a watcher wants Meetings. */
export type LineForm = { kind: 'object' } | ({ kind: 'table' } & Pick<TableOptions, 'version' | 'include'>);

/** Marks the end of the Meetings that a watch begins with (Kubernetes, WatchList). */
const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' };

/** The lines of watches: each change is written once for all watchers of the same form. */
export class WatchLines {
  readonly #now: () => number;
  readonly #written = new WeakMap<Meeting, Map<string, Buffer>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param isFirst - of its watch: a Table says its columns once */
  of(type: ChangeType, meeting: Meeting, form: LineForm, isFirst: boolean): Buffer {
    const name = form.kind === 'object' ? type : [type, form.version, form.include, isFirst].join();
    let lines = this.#written.get(meeting);
    if (lines === undefined) {
      lines = new Map();
      this.#written.set(meeting, lines);
    }
    let line = lines.get(name);
    if (line === undefined) {
      line = lineOf(type, this.#object(meeting, form, isFirst));
      lines.set(name, line);
    }
    return line;
  }

  /** A version from which the client may begin again. */
  bookmark(version: number, form: LineForm, isInitialEnd: boolean): Buffer {
    const resourceVersion = String(version);
    if (form.kind === 'table') {
      const metadata = { resourceVersion, ...(isInitialEnd ? { annotations: INITIAL_EVENTS_END } : {}) };
      const options = { ...form, now: this.#now(), metadata, hasColumns: false };
      return lineOf('BOOKMARK', meetingTable([], options));
    }
    const annotations = isInitialEnd ? { annotations: INITIAL_EVENTS_END } : {};
    const metadata = { resourceVersion, creationTimestamp: null, ...annotations };
    return lineOf('BOOKMARK', { kind: KIND, apiVersion: API_VERSION, metadata });
  }

  #object(meeting: Meeting, form: LineForm, isFirst: boolean): object {
    if (form.kind === 'object') return shown(meeting);
    const { resourceVersion } = meeting.metadata;
    return meetingTable([meeting], { ...form, now: this.#now(), metadata: { resourceVersion }, hasColumns: isFirst });
  }
}

function lineOf(type: ChangeType | 'BOOKMARK', object: object): Buffer {
  return Buffer.from(`${JSON.stringify({ type, object })}\n`);
}
