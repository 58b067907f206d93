import type { JoinStep } from '@meetingbot/crds-schema';
import type { ElementHandle, KeyInput } from 'puppeteer';
import { BrowserError, bounded } from '../browser/index.ts';
import { findUsable, SelectorError, STEP_MS, typeInto } from './elements.ts';
import { JoinError, type Visit } from './platform.ts';

const POLL_MS = 200;
/** How long an optional step waits for its element. */
const OPTIONAL_MS = 2000;

/** `${displayName}` in a text becomes the name; nothing else is expanded. */
export function expandText(text: string, displayName: string): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is spec.join's own placeholder
  return text.replaceAll('${displayName}', displayName);
}

/** A step in a few words, for messages: never what is typed. */
export function describeStep(step: JoinStep): string {
  if ('waitFor' in step) return `waitFor ${step.waitFor}`;
  if ('click' in step) return `click ${step.click}`;
  if ('type' in step) return `type into ${step.type}`;
  if ('press' in step) return `press ${step.press}`;
  return `select in ${step.select}`;
}

/**
 * Does the steps of `spec.join` in order. Each waits for its element until the visit's deadline; an optional one for a
 * short time only, and whatever goes wrong with it is no error.
 * @throws JoinError that names the step; BrowserError `PageHung` or `PageGone`
 */
export async function doJoinSteps(visit: Visit, steps: readonly JoinStep[], displayName: string): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const name = `spec.join.steps[${index}] (${describeStep(step)})`;
    const optional = step.optional === true;
    try {
      const done = await doStep(visit, step, displayName, optional);
      if (!done && !optional) {
        throw new JoinError('JoinFailed', `${name}: the element did not appear in time`, { timedOut: true });
      }
      visit.logger.info({ step: index, action: describeStep(step), done }, 'join step');
    } catch (error) {
      visit.signal.throwIfAborted();
      if (error instanceof BrowserError || (error instanceof JoinError && !optional)) throw error;
      if (!optional) throw stepFailed(name, error);
      visit.logger.info({ step: index, error: String(error) }, 'optional step left out');
    }
  }
}

function stepFailed(name: string, error: unknown): JoinError {
  const what = error instanceof SelectorError ? 'this is not a selector' : 'it could not be done';
  const why = error instanceof Error ? error.message : String(error);
  return new JoinError('JoinFailed', `${name}: ${what}: ${why}`, { cause: error });
}

/** Resolves to false where the element did not come in time. */
async function doStep(visit: Visit, step: JoinStep, displayName: string, optional: boolean): Promise<boolean> {
  const { page, clock } = visit;
  if ('press' in step) {
    await bounded(`pressing ${step.press}`, STEP_MS, page.keyboard.press(step.press as KeyInput), clock);
    return true;
  }
  const element = await waitForUsable(visit, selectorOf(step), optional);
  if (element === undefined) return false;
  try {
    await bounded(describeStep(step), STEP_MS, act(element, step, displayName), clock);
  } finally {
    void element.dispose().catch(() => undefined);
  }
  return true;
}

type ElementStep = Exclude<JoinStep, { press: string }>;

function selectorOf(step: ElementStep): string {
  if ('waitFor' in step) return step.waitFor;
  if ('click' in step) return step.click;
  return 'type' in step ? step.type : step.select;
}

async function waitForUsable(visit: Visit, selector: string, optional: boolean): Promise<ElementHandle | undefined> {
  const { page, clock, signal } = visit;
  const until = optional ? Math.min(visit.deadline, clock.monotonic() + OPTIONAL_MS) : visit.deadline;
  for (;;) {
    signal.throwIfAborted();
    const element = await findUsable(page, selector, clock);
    if (element !== undefined || clock.monotonic() >= until) return element;
    await clock.sleep(POLL_MS, signal);
  }
}

async function act(element: ElementHandle, step: ElementStep, displayName: string): Promise<void> {
  if ('waitFor' in step) return;
  if ('click' in step) {
    await element.click();
  } else if ('type' in step) {
    await typeInto(element, expandText(step.text, displayName));
  } else {
    const value = expandText(step.value, displayName);
    const chosen = await element.select(value);
    if (!chosen.includes(value)) throw new Error('there is no such option');
  }
}
