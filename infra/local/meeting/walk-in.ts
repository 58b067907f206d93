import type { JoinPlan, JoinStep } from '@meetingbot/crds-schema';
import type { Page } from 'puppeteer';

const STEP_MS = 15_000;
const OPTIONAL_STEP_MS = 500;

/**
 * Takes a page through the steps of a plan, up to but not including the wait for `joined`.
 * @throws when an element that is not optional doesn't appear within 15 s.
 */
export async function walkIn(page: Page, plan: JoinPlan, displayName: string): Promise<void> {
  for (const step of plan.steps) {
    const timeout = step.optional === true ? OPTIONAL_STEP_MS : STEP_MS;
    try {
      await walkOne(page, step, displayName, timeout);
    } catch (error) {
      if (step.optional !== true) throw error;
    }
  }
}

async function walkOne(page: Page, step: JoinStep, displayName: string, timeout: number): Promise<void> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder of the plan's language
  const expand = (text: string) => text.replaceAll('${displayName}', displayName);
  const locate = (selector: string) => page.locator(selector).setTimeout(timeout);
  if ('waitFor' in step) await locate(step.waitFor).wait();
  else if ('click' in step) await locate(step.click).click();
  else if ('type' in step) await locate(step.type).fill(expand(step.text));
  else if ('select' in step) await locate(step.select).fill(step.value);
  else await page.keyboard.press(step.press as Parameters<typeof page.keyboard.press>[0]);
}
