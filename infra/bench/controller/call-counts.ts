/** Calls to AWS by service and operation, as `dynamodb PutItem`. */
export type CallCounts = Record<string, number>;

/** What the controller's own metrics count. */
export async function callCounts(api: string): Promise<CallCounts> {
  const text = await (await fetch(`${api}/metrics`)).text();
  const counts: CallCounts = {};
  for (const [, labels = '', value] of text.matchAll(/^meetingbot_aws_calls_total\{([^}]*)\} (\d+)/gm)) {
    const label = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1];
    const key = `${label('service')} ${label('operation')}`;
    counts[key] = (counts[key] ?? 0) + Number(value);
  }
  return counts;
}

/** What came between two counts, divided by something: seconds or Meetings. Zeros are left out. */
export function callsPer(before: CallCounts, after: CallCounts, divisor: number): CallCounts {
  const entries = Object.keys(after)
    .sort()
    .map((key) => [key, ((after[key] ?? 0) - (before[key] ?? 0)) / divisor] as const);
  return Object.fromEntries(entries.filter(([, count]) => count !== 0));
}

export const sumOf = (counts: CallCounts, service: string): number =>
  Object.entries(counts).reduce((sum, [key, count]) => sum + (key.startsWith(service) ? count : 0), 0);

/** `dynamodb GetItem 0.5, PutItem 2` */
export function inWords(counts: CallCounts): string {
  const services = Map.groupBy(Object.entries(counts), ([key]) => key.split(' ')[0] ?? '');
  return [...services]
    .map(([service, calls]) => {
      const each = calls.map(([key, count]) => `${key.split(' ')[1]} ${round(count)}`);
      return `${service} ${each.join(', ')}`;
    })
    .join('; ');
}

const round = (count: number) => (Math.abs(count) >= 10 ? count.toFixed(0) : count.toFixed(2));
