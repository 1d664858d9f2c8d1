/** Put together at run time, so that no scanner takes a test for a leak. */
export function keyOf(body: string, kind = 'api03'): string {
  return ['sk', 'ant', kind, body].join('-');
}

/** Every character another one, and of each kind: as mixed as a real one, and plainly none. */
const mixed = 'abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLM_0123456789';
export const body = `Leaked${mixed}`;
export const key = keyOf(body);
export const otherKey = keyOf(`Other${mixed}`);
