import type { ShownPanel } from './panel-query.ts';

/** Of a panel's values. */
export type Shown = Pick<ShownPanel['fieldConfig']['defaults'], 'unit' | 'mappings'>;

/**
 * A value as Grafana writes it in that unit.
 * @param largest - of the values beside it, so that one axis has one unit; @default the value itself
 */
export function withUnit(value: number, { unit, mappings = [] }: Shown, largest = Math.abs(value)): string {
  if (Number.isNaN(value)) return 'no events';
  if (mappings.length > 0) return mappings.map(({ options }) => options[String(value)]?.text ?? '').join('');
  switch (unit) {
    case 's':
      return scaled(value, largest, [
        [7200, 3600, 'h'],
        [600, 60, 'min'],
        [0, 1, 's'],
      ]);
    case 'decbytes':
      return scaled(value, largest, [
        [1e9, 1e9, 'GB'],
        [0, 1e6, 'MB'],
      ]);
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

/** In the first unit that the largest value reaches. */
function scaled(value: number, largest: number, units: readonly [from: number, size: number, name: string][]): string {
  const [, size = 1, name = ''] = units.find(([from]) => largest >= from) ?? [];
  return `${short(value / size)} ${name}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
