import Type, { type Static } from 'typebox';

/**
 * How a web conference is joined, written by the user: platform `web` has no code of its own.
 * Selectors have Puppeteer's syntax; `${displayName}` is expanded in every text.
 */
const Selector = Type.String({ minLength: 1, maxLength: 1024, description: "A selector in Puppeteer's syntax." });
const Optional = Type.Optional(
  Type.Boolean({ description: 'true: waited for a short time only, and no error when the element is not there.' }),
);
const closed = { additionalProperties: false } as const;

export const JoinStep = Type.Union(
  [
    Type.Object({ waitFor: Selector, optional: Optional }, closed),
    Type.Object({ click: Selector, optional: Optional }, closed),
    Type.Object(
      { type: Selector, text: Type.String({ maxLength: 4096, description: 'What is typed.' }), optional: Optional },
      closed,
    ),
    Type.Object(
      {
        press: Type.String({ minLength: 1, maxLength: 64, description: 'A key by its name, as "Enter".' }),
        optional: Optional,
      },
      closed,
    ),
    Type.Object(
      {
        select: Selector,
        value: Type.String({ maxLength: 4096, description: 'The value of the option.' }),
        optional: Optional,
      },
      closed,
    ),
  ],
  { description: 'One of waitFor, click, type (with text), press, select (with value); each waits for its element.' },
);
export type JoinStep = Static<typeof JoinStep>;

export const JoinPlan = Type.Object(
  {
    steps: Type.Array(JoinStep, { maxItems: 100, description: 'Done in order, within lobbySeconds in all.' }),
    joined: Type.String({ minLength: 1, maxLength: 1024, description: 'Visible = in the call.' }),
    lobby: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: 'Visible = waiting for admission.' }),
    ),
    ended: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: 'Visible after joining = the host ended it.' }),
    ),
    participants: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: 'One element for each person, ourselves included.' }),
    ),
  },
  { ...closed, description: 'How a meeting of platform web is joined. Absent: the page is recorded as it loads.' },
);
export type JoinPlan = Static<typeof JoinPlan>;
