import Type, { type Static } from 'typebox';
import { Timestamp } from './meeting-spec.ts';

const closed = { additionalProperties: false } as const;
const media = (description: string) =>
  Type.Number({ minimum: 0, description: `${description} Seconds in recording.mp4 and audio.m4a.` });

export const TimelineEvent = Type.Object(
  {
    kind: Type.Enum(['joined', 'left', 'speaking', 'silent'], {
      type: 'string',
      description: 'joined, left: shown or shown no more. speaking, silent: began to speak, stopped.',
    }),
    name: Type.String({ maxLength: 100, description: 'As the page shows it; two people of one name are one.' }),
    at: Timestamp('Wall clock.'),
    media: media('Where that is; in a gap: where the recording goes on.'),
  },
  closed,
);
export type TimelineEvent = Static<typeof TimelineEvent>;

export const Timeline = Type.Object(
  {
    version: Type.Literal(1),
    uid: Type.String({ description: 'Of the Meeting.' }),
    participants: Type.Array(Type.String({ maxLength: 100 }), {
      description: 'Everybody who was ever shown, ourselves not.',
    }),
    events: Type.Array(TimelineEvent, { description: 'In order of time.' }),
  },
  { ...closed, description: 'Who was in a meeting and who spoke, as its page showed it. In S3 beside the recording.' },
);
export type Timeline = Static<typeof Timeline>;
