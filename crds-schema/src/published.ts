import { stringify } from 'yaml';
import { customResourceDefinition } from './crd.ts';
import { RecordingManifest } from './manifest.ts';
import { MeetingSchema } from './meeting.ts';
import { PlatformPagesFile } from './platform-pages.ts';
import { RecorderReport } from './recorder-report.ts';
import { ControllerSettings, RecorderSettings } from './settings.ts';
import { SignedInProfile } from './signed-in-profile.ts';
import { Timeline } from './timeline.ts';
import { WebhookBody } from './webhook-body.ts';

const json = (title: string, schema: object): string =>
  `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...schema }, null, 2)}\n`;

/** Every file of `generated/`, by name: the vocabulary for programs that are not ours. */
export function publishedFiles(): Record<string, string> {
  return {
    'meeting.schema.json': json('Meeting', MeetingSchema),
    'manifest.schema.json': json('RecordingManifest', RecordingManifest),
    'timeline.schema.json': json('Timeline', Timeline),
    'webhook.schema.json': json('WebhookBody', WebhookBody),
    'recorder-report.schema.json': json('RecorderReport', RecorderReport),
    'platform-pages.schema.json': json('PlatformPagesFile', PlatformPagesFile),
    'signed-in-profile.schema.json': json('SignedInProfile', SignedInProfile),
    'controller-settings.schema.json': json('ControllerSettings', ControllerSettings),
    'recorder-settings.schema.json': json('RecorderSettings', RecorderSettings),
    'meetings.meetingbot.dev.crd.yaml': stringify(customResourceDefinition(), { aliasDuplicateObjects: false }),
  };
}
