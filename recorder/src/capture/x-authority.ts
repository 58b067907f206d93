const COOKIE_NAME = 'MIT-MAGIC-COOKIE-1';
/** FamilyWild of Xauth.h: the entry holds for every display at every address. */
const FAMILY_WILD = 0xffff;

/**
 * The bytes of an Xauthority file with one entry that opens any display with `cookie` (16 random bytes).
 * Format as libXau writes it: family, then address, display number, name and data, each after its length, big endian.
 */
export function xAuthority(cookie: Uint8Array): Buffer {
  const counted = (bytes: Uint8Array) => Buffer.concat([uint16(bytes.length), bytes]);
  const empty = new Uint8Array();
  return Buffer.concat([
    uint16(FAMILY_WILD),
    counted(empty),
    counted(empty),
    counted(Buffer.from(COOKIE_NAME, 'ascii')),
    counted(cookie),
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
