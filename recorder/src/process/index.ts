export * from './child.ts';
export * from './errors.ts';
export * from './process-user.ts';
export * from './programs.ts';
export * from './quarters.ts';
export * from './work-dir.ts';
