const gib = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => (from + index * step) * 1024);

/** CPU units → MiB of memory that Fargate offers with them. Source: ECS developer guide, "Fargate task definition differences". */
const memoryByCpu: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, gib(1, 4)],
  [1024, gib(2, 8)],
  [2048, gib(4, 16)],
  [4096, gib(8, 30)],
  [8192, gib(16, 60, 4)],
  [16384, gib(32, 120, 8)],
]);

const number = (text: string, unit: RegExp): number | undefined => {
  const match = unit.exec(text.trim());
  return match?.[1] === undefined ? undefined : Number(match[1]);
};

/** "1024", "1 vCPU", ".5 vCPU" → CPU units; undefined for any other text. */
export function cpuUnits(text: string): number | undefined {
  const virtual = number(text, /^(\d*\.?\d+)\s*vcpu$/i);
  return virtual === undefined ? number(text, /^(\d+)$/) : virtual * 1024;
}

/** "2048", "2GB", "2 GB" → MiB; undefined for any other text. */
export function memoryMiB(text: string): number | undefined {
  const giga = number(text, /^(\d*\.?\d+)\s*gb$/i);
  return giga === undefined ? number(text, /^(\d+)$/) : giga * 1024;
}

/** Whether Fargate has a task size of this many CPU units and MiB. */
export function isFargateSize(cpu: number | undefined, memory: number | undefined): boolean {
  return cpu !== undefined && memory !== undefined && (memoryByCpu.get(cpu)?.includes(memory) ?? false);
}
