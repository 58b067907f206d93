import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { previewOf } from './preview/page.ts';
import type { ShownDashboard } from './preview/panel-query.ts';

/** `npm run dashboards:preview -- [--prometheus URL] [--minutes N] [--out FILE]`: every dashboard as one HTML page. */
const { values } = parseArgs({
  options: {
    prometheus: { type: 'string', default: 'http://127.0.0.1:9090' },
    minutes: { type: 'string', default: '60' },
    out: { type: 'string', default: 'dashboards.html' },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error(`--minutes: expected a number above 0, got ${values.minutes}`);
  process.exit(2);
}
const folder = new URL('../generated/grafana/', import.meta.url);
const dashboards = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as ShownDashboard,
);
const to = Date.now() / 1000;
const times = { from: to - minutes * 60, to, step: Math.max(1, Math.round((minutes * 60) / 240)), rateInterval: 60 };
const { html, problems } = await previewOf(dashboards, values.prometheus, times);
const file = resolve(values.out);
writeFileSync(file, html);
for (const { dashboard, panel, problem } of problems) console.error(`${dashboard}: ${panel}: ${problem}`);
console.log(file);
