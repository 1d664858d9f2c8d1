/** Characters on each side of a seam that its hash is made of. */
const sideCharacters = 24;

/** 16 bits of what stands around a seam (FNV-1a, folded). */
export function seamHash(text: string, at: number): number {
  let hash = 0x811c9dc5;
  const end = Math.min(text.length, at + sideCharacters);
  for (let index = Math.max(0, at - sideCharacters); index < end; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) & 0xffff;
}
