import type { Clock, Logger } from '@meetingbot/crds-schema';
import { markLost } from '../lifecycle/task-lives.ts';
import type { FileJournal } from './journal.ts';
import type { Task } from './task.ts';
import type { TaskDefinition } from './task-definition.ts';
import type { TaskDefinitions } from './task-definitions.ts';
import type { TaskStore } from './task-store.ts';
import type { TokenEntry, TokenLedger } from './token-ledger.ts';

interface Stores {
  readonly definitions: TaskDefinitions;
  readonly tasks: TaskStore;
  readonly tokens: TokenLedger;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Fills the stores with what a predecessor left on disk. Tasks that it left running are gone with it: they are marked so. */
export function load(journal: FileJournal, { definitions, tasks, tokens, clock, log }: Stores): void {
  const found: Task[] = [];
  for (const { kind, value } of journal.records()) {
    switch (kind) {
      case 'task':
        found.push(value as Task);
        break;
      case 'token':
        tokens.add(value as TokenEntry);
        break;
      case 'definition':
        definitions.add(value as TaskDefinition);
        break;
    }
  }
  const lost = found.filter((task) => task.lastStatus !== 'STOPPED');
  tasks.load(found);
  for (const task of lost) {
    markLost(task, clock.now());
    tasks.save(task);
  }
  if (lost.length > 0) log.warn({ tasks: lost.length }, 'tasks of a previous endpoint were lost with it');
}
