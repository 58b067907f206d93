export * from './child.ts';
export * from './errors.ts';
export * from './programs.ts';
export * from './work-dir.ts';
