import Type, { type Static } from 'typebox';
import { enumOf } from './meeting-spec.ts';
import type { Reason } from './vocabulary.ts';

/**
 * What the pages of a platform look like: data, since pages change on a Tuesday. The recorder has a built-in document for
 * each platform; one with the same schema in S3 (`PLATFORM_PAGES`) takes its place without a new image.
 */
const closed = { additionalProperties: false } as const;
const line = (description: string) => Type.String({ minLength: 1, maxLength: 1000, description });
const listOf = <T extends Parameters<typeof Type.Array>[0]>(item: T, description: string) =>
  Type.Array(item, { maxItems: 100, description });
const Css = line('A CSS selector, of the kind querySelectorAll takes.');

/** Conferences whose pages are described by a document; platform `web` is described by `spec.join`. */
export const DESCRIBED_PLATFORMS = ['google-meet', 'microsoft-teams', 'zoom', 'jitsi'] as const;
export type DescribedPlatform = (typeof DESCRIBED_PLATFORMS)[number];

/** Reasons for which a page can refuse us, or end before we are in. */
export const REFUSAL_REASONS = [
  'LobbyDenied',
  'LobbyTimeout',
  'MeetingNotFound',
  'WrongPasscode',
  'SignInRequired',
  'CaptchaRequired',
  'BlockedByPlatform',
  'Missed',
] as const satisfies readonly Reason[];
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export const PageEvidence = Type.Object(
  {
    text: Type.Optional(
      line('The whole of a visible text; case, blanks, kind of apostrophe and a full stop at the end do not count.'),
    ),
    contains: Type.Optional(line('A part of a visible text.')),
    css: Type.Optional(Css),
    present: Type.Optional(Type.Boolean({ description: 'true: an element of css counts though it is not visible.' })),
    title: Type.Optional(line("A part of the document's title.")),
    url: Type.Optional(
      Type.String({ format: 'regex', maxLength: 1000, description: 'A regular expression the address matches.' }),
    ),
  },
  {
    ...closed,
    minProperties: 1,
    description: 'A sign on the page; all that is said must hold. With css, texts are those of its elements.',
  },
);
export type PageEvidence = Static<typeof PageEvidence>;

const evidences = (description: string) => listOf(PageEvidence, `${description} Any of them, in order.`);

export const PageTarget = Type.Object(
  {
    css: Type.Optional(Css),
    names: Type.Optional(
      listOf(line('A label.'), 'Its label or its whole text is one of these; like text of evidence.'),
    ),
  },
  { ...closed, minProperties: 1, description: 'Something that can be clicked; without css a button or link.' },
);
export type PageTarget = Static<typeof PageTarget>;

const targets = (description: string) => listOf(PageTarget, `${description} The first that is there.`);

export const PageDialog = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$', description: 'For logs and counts.' }),
    when: Type.Enum(['joining', 'inCall', 'always'], { type: 'string', description: 'Where it is answered.' }),
    seen: evidences('That it is there.'),
    click: targets('The answer.'),
  },
  { ...closed, description: 'A question of the page that is answered by rule.' },
);
export type PageDialog = Static<typeof PageDialog>;

export const PlatformPages = Type.Object(
  {
    platform: enumOf(DESCRIBED_PLATFORMS, 'Whose pages these are.'),
    version: Type.String({
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(\\.[0-9]+)?$',
      description: 'Day on which they were like this.',
    }),
    languages: Type.Array(Type.String({ pattern: '^[a-z]{2}$' }), {
      minItems: 1,
      maxItems: 20,
      description:
        'In which the texts are given (ISO 639-1). On a page in another one the call counts only where somebody else is shown in it: its lobby could not be read.',
    }),
    home: Type.String({ format: 'regex', maxLength: 1000, description: "Addresses of the platform's own pages." }),
    frames: listOf(Css, 'Frames that belong to the page; no other one is read, clicked or typed into.'),
    framesOfHost: Type.Optional(
      listOf(
        Css,
        "The same where what stands in the frame is of the page's own host: for signs that foreign frames have, too.",
      ),
    ),
    ignore: listOf(Css, 'What people write: chat, captions, names. No text in it is a sign of anything.'),
    states: Type.Object(
      {
        refused: listOf(
          Type.Object(
            {
              reason: enumOf(REFUSAL_REASONS, 'What it means.'),
              any: evidences('What it is told by.'),
              afterLobby: Type.Optional(
                enumOf(
                  REFUSAL_REASONS,
                  'What it means to those who have waited in the lobby, where that is another thing; with the general advice for it.',
                ),
              ),
              advice: Type.Optional(line('What the host can do about it.')),
            },
            closed,
          ),
          'Pages that do not let us in, in order. A sign-in that is told by its address alone counts once it shows a field, or has stayed for ten seconds.',
        ),
        early: Type.Optional(
          evidences(
            'Nobody has begun the meeting, and the page does not look again by itself: it is waited for as in the lobby, and the page is loaded anew now and then.',
          ),
        ),
        perhapsEarly: Type.Optional(
          evidences('The same by a sign that other faults have, too: asked after the refusals, whose words say more.'),
        ),
        lobby: evidences('Waiting for admission.'),
        overCall: Type.Object(
          {
            removed: evidences('We were removed.'),
            ended: evidences('The meeting is over.'),
            lost: Type.Optional(evidences('The page has lost the call for good: it has to be gone into again.')),
          },
          { ...closed, description: "Signs of the end that the page draws over the call's own controls." },
        ),
        inCall: Type.Array(
          Type.Object(
            {
              name: line('What kind of proof.'),
              part: Type.Optional(
                line('The part of the page that it is drawn in, where that may be drawn before the call, too.'),
              ),
              any: evidences('Any holds.'),
            },
            closed,
          ),
          {
            minItems: 2,
            maxItems: 20,
            description:
              'Kinds of proof of being in; two of them have to hold. Where all that hold are drawn in one part, the call has to be seen for as long as where nobody else is shown.',
          },
        ),
        removed: evidences('We were removed; not while the call is proved.'),
        ended: evidences('The meeting is over; not while the call is proved.'),
        left: Type.Optional(
          evidences(
            'The page says that we have left: an end, and a no to those who were in the lobby; not while the call is proved.',
          ),
        ),
        prejoin: evidences('A page on the way in.'),
        connecting: Type.Optional(
          evidences('The page is on its way in by itself. One that stays so for two minutes is a join that failed.'),
        ),
        guest: Type.Optional(
          evidences(
            'The page takes us for a guest, which a recorder that is signed in should not be; no state of its own.',
          ),
        ),
        givenUp: Type.Optional(
          evidences(
            'Where the page goes, without a word of why, once nobody has let us in. A page that we do not know where no lobby was seen.',
          ),
        ),
      },
      { ...closed, description: 'What the page shows, in the order in which it is asked.' },
    ),
    join: Type.Object(
      {
        open: targets('From the landing page to the web client.'),
        name: listOf(Css, 'The field for our name.'),
        notInName: Type.Optional(
          Type.String({
            format: 'regex',
            maxLength: 200,
            description: 'What the platform refuses in a name: a blank takes its place.',
          }),
        ),
        passcode: listOf(Css, 'The field for the passcode.'),
        offer: Type.Optional(
          targets('Of those who wait in the lobby: leads to the field for the passcode. Clicked where we have one.'),
        ),
        off: listOf(targets('Switches one device off, where it is on.'), 'Microphone and camera.'),
        join: targets('The button that joins, or asks to.'),
      },
      { ...closed, description: 'The way in, done in this order.' },
    ),
    dialogs: listOf(PageDialog, 'Questions that are answered by rule.'),
    people: Type.Object(
      {
        count: listOf(
          Type.Object(
            {
              css: Css,
              attribute: Type.Optional(line('The attribute that has the number. Absent: label or text.')),
              number: Type.String({ format: 'regex', maxLength: 200, description: 'Its first group is the number.' }),
            },
            closed,
          ),
          'Where the page says how many people are there, ourselves included. The first that can be read; of several elements the largest number.',
        ),
        tile: Type.Optional(Css),
        name: Type.Optional(
          Type.String({
            maxLength: 1000,
            description:
              'Within a tile: css of its name, or @attribute of the tile; several with || between, in order.',
          }),
        ),
        noName: Type.Optional(
          Type.String({
            format: 'regex',
            maxLength: 1000,
            description: 'What is found in place of a name and is none: the next way is tried.',
          }),
        ),
        nameEnd: Type.Optional(
          Type.String({
            format: 'regex',
            maxLength: 1000,
            description: 'What the platform puts behind a name: it ends there.',
          }),
        ),
        notNames: listOf(line('A label.'), "Labels of tiles that are nobody's."),
        self: Type.Optional(line('css that our own tile matches, or has in it.')),
        speaking: Type.Optional(line('css that a tile matches, or has in it, while its person speaks.')),
      },
      { ...closed, description: 'Who is there, as the page shows it.' },
    ),
    leave: Type.Array(targets('One click.'), { maxItems: 5, description: 'Clicks that leave, in order.' }),
    chat: Type.Optional(
      Type.Object(
        {
          open: targets('Opens the chat.'),
          field: listOf(Css, 'Where a message is written.'),
          send: Type.Optional(targets('Sends it. Where none is there Enter does.')),
          close: targets('Closes the chat.'),
        },
        { ...closed, description: 'How spec.announce is said.' },
      ),
    ),
  },
  { ...closed, description: 'What the pages of one platform look like.' },
);
export type PlatformPages = Static<typeof PlatformPages>;

/** The document that `PLATFORM_PAGES` names: one description for each platform that it replaces. */
export const PlatformPagesFile = Type.Object(
  { platforms: Type.Array(PlatformPages, { minItems: 1, maxItems: 4 }) },
  { ...closed, description: 'Descriptions of pages that replace those built into the recorder.' },
);
export type PlatformPagesFile = Static<typeof PlatformPagesFile>;
