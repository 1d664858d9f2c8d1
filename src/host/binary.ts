/** Programs look for a NUL byte in about as much to tell text from binary. */
const inspectedBytes = 8_192;

export function isBinary(bytes: Uint8Array): boolean {
  // UTF-16 text is full of NUL bytes, and its byte order mark says so.
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return !isUtf16 && bytes.subarray(0, inspectedBytes).includes(0);
}
