/** The sum of a metric of the controller over all its labels, or those that hold a text. */
export async function metricSum(api: string, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`${api}/metrics`)).text();
  let sum = 0;
  for (const [, labels = '', value] of text.matchAll(new RegExp(`^${name}(?:\\{([^}]*)\\})? (\\S+)$`, 'gm'))) {
    if (labels.includes(label)) sum += Number(value);
  }
  return sum;
}

/** Waits until a metric satisfies a condition; the metrics cost the controller no call to AWS. */
export async function untilMetric(
  api: string,
  [name, label]: readonly [name: string, label?: string],
  holds: (value: number) => boolean,
): Promise<void> {
  const deadline = performance.now() + 300_000;
  for (;;) {
    const value = await metricSum(api, name, label);
    if (holds(value)) return;
    if (performance.now() > deadline) throw new Error(`${name} is still ${value} after five minutes`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
