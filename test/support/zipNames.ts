/**
 * The names in a zip archive, from its central directory.
 * Source of the layout: PKWARE APPNOTE 6.3, sections 4.3.12 and 4.3.16. Neither Zip64 nor encryption occurs here.
 */
const endSignature = 0x06054b50;
const endBytes = 22;
const entrySignature = 0x02014b50;
const entryBytes = 46;

/** Throws when it is no zip archive. */
export function readZipNames(archive: Buffer): readonly string[] {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  const names: string[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (archive.readUInt32LE(at) !== entrySignature) {
      throw new Error(`Failed to read the archive: entry ${index} is damaged`);
    }
    const nameBytes = archive.readUInt16LE(at + 28);
    const extraBytes = archive.readUInt16LE(at + 30);
    const commentBytes = archive.readUInt16LE(at + 32);
    names.push(archive.toString('utf8', at + entryBytes, at + entryBytes + nameBytes));
    at += entryBytes + nameBytes + extraBytes + commentBytes;
  }
  return names;
}

/** A comment of any length may follow the last record, so it is looked for from the end. */
function findEnd(archive: Buffer): number {
  for (let at = archive.length - endBytes; at >= 0; at -= 1) {
    if (archive.readUInt32LE(at) === endSignature) {
      return at;
    }
  }
  throw new Error('Failed to read the archive: it has no central directory');
}
