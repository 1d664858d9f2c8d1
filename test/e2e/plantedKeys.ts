import { randomBytes } from 'node:crypto';
import { demoKey } from '../simulator/simulator';

/** The length of what follows the prefix of a real key. */
const secretBytes = 60;

const planted = new Set<string>([demoKey]);

/**
 * A key that is in nobody's hands, put together at run time and unlike any other. The sweep at the end of the run looks
 * for it in all that the windows have left.
 */
export function plantKey(kind = 'api03'): string {
  const key = ['sk', 'ant', kind, randomBytes(secretBytes).toString('base64url')].join('-');
  planted.add(key);
  return key;
}

/** All so far, in clear text. */
export function plantedKeys(): readonly string[] {
  return [...planted];
}
