/** One thing the demo claims, what was seen, and whether it holds. */
export interface Check {
  claim: string;
  seen: string;
  holds: boolean;
}

/** Prints the receipt. @returns true when every check holds */
export function printReceipt(checks: readonly Check[]): boolean {
  const width = Math.max(...checks.map(({ claim }) => claim.length));
  for (const { claim, seen, holds } of checks)
    console.log(`${holds ? '  ok ' : 'FAIL '} ${claim.padEnd(width)}  ${seen}`);
  return checks.every(({ holds }) => holds);
}
