import Type, { type Static } from 'typebox';
import { causesOf, withoutValue } from './validation.ts';

const closed = { additionalProperties: false } as const;
const text = (description: string) => Type.String({ description });

/** A cookie as Puppeteer's `Browser.cookies` gives it and `Browser.setCookie` takes it. */
const ProfileCookie = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    value: Type.String(),
    domain: Type.String({ minLength: 1, description: 'As .google.com or meet.google.com.' }),
    path: Type.Optional(text('Absent: /')),
    expires: Type.Optional(Type.Number({ description: 'Seconds since the epoch; -1 or absent: with the browser.' })),
    httpOnly: Type.Optional(Type.Boolean()),
    secure: Type.Optional(Type.Boolean()),
    sameSite: Type.Optional(Type.Enum(['Strict', 'Lax', 'None', 'Default'], { type: 'string' })),
    priority: Type.Optional(Type.Enum(['Low', 'Medium', 'High'], { type: 'string' })),
    sourceScheme: Type.Optional(Type.Enum(['Unset', 'NonSecure', 'Secure'], { type: 'string' })),
    partitionKey: Type.Optional(
      Type.Object({ sourceOrigin: Type.String(), hasCrossSiteAncestor: Type.Optional(Type.Boolean()) }, closed),
    ),
    size: Type.Optional(Type.Number({ description: 'Told by the browser; ignored.' })),
    session: Type.Optional(Type.Boolean({ description: 'Told by the browser; ignored.' })),
  },
  closed,
);

/**
 * What makes a browser signed in: the secret of an identity, made by `npm run sign-in`. It opens an account: whoever has
 * it is signed in as well.
 */
export const SignedInProfile = Type.Object(
  {
    cookies: Type.Array(ProfileCookie, { minItems: 1, maxItems: 1000 }),
    localStorage: Type.Optional(
      Type.Record(Type.String({ pattern: '^https?://[^/]+$' }), Type.Record(Type.String(), Type.String()), {
        ...closed,
        description: 'By origin, as https://meet.google.com.',
      }),
    ),
  },
  { ...closed, description: 'Cookies and local storage of a browser that is signed in. A secret.' },
);
export type SignedInProfile = Static<typeof SignedInProfile>;

/** The most that a secret of Secrets Manager holds (AWS, "Secrets Manager quotas": 65 536 bytes). */
export const MAX_PROFILE_BYTES = 65_536;

/** A profile can't be used. The message says why and never holds a value of it. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
}

/** Reads a profile. @throws ProfileError */
export function readSignedInProfile(json: string): SignedInProfile {
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_PROFILE_BYTES) {
    throw new ProfileError(`expected at most ${MAX_PROFILE_BYTES} bytes, got ${bytes}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // The parser's own message would quote the secret.
    throw new ProfileError('expected JSON');
  }
  const causes = causesOf(SignedInProfile, value);
  if (causes.length > 0) throw new ProfileError(causes.map(withoutValue).slice(0, 5).join('; '));
  return value as SignedInProfile;
}
