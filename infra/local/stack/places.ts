import { fileURLToPath } from 'node:url';

/** The root of the project. */
export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** What every part of the embedded stack is told: names and keys that mean something on this machine only. */
export const LOCAL = {
  region: 'us-east-1',
  accessKeyId: 'local',
  secretAccessKey: 'local-secret',
  bucket: 'recordings',
  table: 'meetingbot',
  cluster: 'helloworld3-cluster',
  family: 'meeting-recorder',
} as const;
