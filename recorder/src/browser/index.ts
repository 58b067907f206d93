export * from './bounded.ts';
export * from './egress-proxy.ts';
export * from './egress-rules.ts';
export * from './errors.ts';
export * from './evidence.ts';
export * from './host-mapping.ts';
export * from './launch.ts';
export * from './shell-words.ts';
