import type { Alert } from '../alert.ts';
import { awsAlerts } from './aws.ts';
import { controllerAlerts } from './controller.ts';
import { joiningAlerts } from './joining.ts';
import { mediaAlerts } from './media.ts';
import { recorderAlerts } from './recorders.ts';
import { recordingAlerts } from './recordings.ts';
import { redisAlerts } from './redis.ts';
import { webhookAlerts } from './webhook.ts';

export interface AlertOptions {
  /** How long an event, as a failed meeting, is told of: it has no end of its own. @default 10m */
  eventWindow?: string;
}

/** Every alert, by group. */
export function alertGroups({ eventWindow = '10m' }: AlertOptions = {}): Record<string, Alert[]> {
  return {
    recordings: recordingAlerts(eventWindow),
    joining: joiningAlerts,
    media: mediaAlerts,
    recorders: recorderAlerts,
    webhook: webhookAlerts(eventWindow),
    redis: redisAlerts(eventWindow),
    controller: controllerAlerts,
    aws: awsAlerts,
  };
}
