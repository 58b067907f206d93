import figures from './figures.json' with { type: 'json' };
import { ASSUMED, cellSize, leadFor, lookSeconds, type Need, needsOf, replicasFor, shareOf } from './scale.ts';

export const SIZES = [100, 1000, 10_000, 100_000];
const number = (value: number) =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0, useGrouping: true });

/** SCALE.md, computed: the same figures give the same text. */
export function scaleDocument(): string {
  const cell = cellSize();
  return `# How far it goes

Computed by \`npm run scale\` from \`infra/scale/figures.json\` (measured ${figures.measuredAt}: ${figures.how}) and from AWS's limits in \`infra/scale/limits.ts\`. A test says when this text is stale. What is assumed: ${ASSUMED.vcpu} vCPU a recorder, meetings of ${ASSUMED.minutes} minutes, ${ASSUMED.startTogether * 100} % of all that are alive begin at the same hour, launched over ${ASSUMED.leadSeconds} s.

A Meeting's whole life is ${figures.aMeeting.dynamodbWrites} DynamoDB writes and ${figures.aMeeting.dynamodbReads} reads, ${figures.aMeeting.runTasks} RunTask and ${figures.aMeeting.s3Reads} reads of S3, for ${figures.aMeeting.phases} phases; heartbeats are answered from memory. So it is never the controller's calls that bind first: it is what a recorder is.

${SIZES.map(section).join('\n\n')}

## Past one account and region: cells

One account and region should carry ${number(cell)} meetings at once: up to there all that can't be raised by request holds with room to spare, and what begins at the hour is launched within ${number(leadFor(cell))} s. More than that is more cells, not a larger one:

| meetings at once | cells |
|---|---|
${SIZES.map((meetings) => `| ${number(meetings)} | ${number(Math.ceil(meetings / cell))} |`).join('\n')}

- A cell is this stack, whole: its own account (quotas are an account's), VPC, table, bucket, queue, controllers, alarms. Nothing is shared, so nothing that breaks in one is felt in another, and a new version goes to one cell first.
- A namespace lives in one cell. Whoever writes Meetings keeps the map from namespace to API URL (a table of a few lines; a customer moves by writing new Meetings to another cell while those of the old one end there). Recordings stay where they were made: bucket and region are in the status and the webhook.
- Cells in several regions bring recorders near to meetings, and a region that is away takes its own cells only.
- Above ${number(cell)} in one cell the start at the hour grows longer first (\`LAUNCH_LEAD_SECONDS\`), then S3 asks for time to split \`meetings/\`.
`;
}

function section(meetings: number): string {
  const needs = needsOf(meetings);
  const first = needs[0] as Need;
  const next = needs[1] as Need;
  const over = needs.filter((need) => shareOf(need) > 1);
  return `## ${number(meetings)} at once

Binds first: **${first.limit.name}** (${number(first.needed)} ${first.what}, ${number(first.limit.value)} by default). ${
    over.length <= 1 ? 'Nothing else is exceeded.' : `${over.length} limits are exceeded.`
  } Once it is raised: **${next.limit.name}** (${number(shareOf(next) * 100)} % of it).

| what | needed | limit | share | to do |
|---|---|---|---|---|
${needs.map(row).join('\n')}

${number(meetings / ASSUMED.heartbeatSeconds)} heartbeats a second at the API; \`LAUNCH_LEAD_SECONDS\` at least ${number(Math.max(ASSUMED.leadSeconds, leadFor(meetings)))}; ${replicasFor(meetings)} controllers; every task is looked at each ${number(lookSeconds(meetings))} s (events hint sooner); ${number(Math.ceil(meetings / 4091))} subnets of /20.`;
}

function row(need: Need): string {
  const { limit, needed, what } = need;
  const share = shareOf(need);
  const percent = share >= 10 ? `${number(share)} ×` : `${number(share * 100)} %`;
  const raise =
    limit.code === undefined
      ? 'not to be raised: more lead, more zones, or more cells'
      : `ask for ${number(Math.ceil(needed * 1.5))} (${limit.code})`;
  return `| ${what} | ${number(needed)} | ${limit.name}: ${number(limit.value)} | ${percent} | ${share > 0.5 ? raise : 'holds'} |`;
}
