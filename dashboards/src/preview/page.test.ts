import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { previewOf } from './page.ts';
import type { ShownDashboard, ShownPanel } from './panel-query.ts';

const TIMES = { from: 1000, to: 1060, step: 30, rateInterval: 30 };
/** What a Prometheus answers, by the query: the values of one series; none: there is no such series. */
const answers: Record<string, string[]> = { good: ['1', '2'], mixed: ['NaN', '3'], 'all > 0': [], nan: ['NaN', 'NaN'] };
let server: Server;

beforeEach(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const values = answers[new URLSearchParams(body).get('query') ?? ''] ?? [];
    const series = { metric: {}, values: values.map((value, index) => [1000 + index * 30, value]) };
    response.end(JSON.stringify({ status: 'success', data: { result: values.length === 0 ? [] : [series] } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
});

async function problemsOf(...exprs: string[]): Promise<string[]> {
  const targets = exprs.map((expr) => ({ expr, refId: 'A' }));
  const panel: ShownPanel = {
    ...{ type: 'timeseries', title: 'P', description: 'p', gridPos: { w: 12, h: 8 } },
    ...{ fieldConfig: { defaults: {} }, targets },
  };
  const dashboard: ShownDashboard = { title: 'D', description: 'd', panels: [panel] };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { html, problems } = await previewOf([dashboard], url, TIMES);
  expect(html).toContain('<h3>P</h3>');
  return problems.map(({ problem }) => problem);
}

it.each([
  ['with data', ['good'], []],
  ['that has a number somewhere', ['mixed'], []],
  ['of a metric that there is not', ['good', 'gone'], ['no series: gone']],
  ['with nothing above zero beside what there is', ['good', 'all > 0'], []],
  ['with nothing above zero and nothing else', ['all > 0'], ['no series: all > 0']],
  ['without a single number', ['nan'], ['no value: nothing but NaN']],
])('a panel %s', async (_, exprs, problems) => {
  expect(await problemsOf(...exprs)).toEqual(problems);
});
