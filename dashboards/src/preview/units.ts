/** A value as Grafana writes it in that unit. */
export function withUnit(value: number, unit: string | undefined): string {
  if (Number.isNaN(value)) return 'no events';
  switch (unit) {
    case 's':
      return Math.abs(value) >= 120 ? `${short(value / 60)} min` : `${short(value)} s`;
    case 'bytes':
      return value >= 1e9 ? `${short(value / 2 ** 30)} GiB` : `${short(value / 2 ** 20)} MiB`;
    case 'percentunit':
      return `${short(value * 100)} %`;
    case 'currencyUSD':
      return `$${value.toPrecision(3)}`;
    case 'dB':
      return `${short(value)} dB`;
    case 'reqps':
    case 'ops':
      return `${short(value)}/s`;
    default:
      return short(value);
  }
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
