import * as fc from 'fast-check';
import { keyOf } from './leakKeys';

/** As long, and from the same characters, as real ones. */
export const anyKey = fc
  .tuple(fc.constantFrom('api03', 'api04', 'admin01', 'oat01'), fc.stringMatching(/^[A-Za-z0-9_-]{93}$/))
  .filter(([, random]) => new Set(random.toLowerCase().replace(/[-_]/g, '')).size >= 5)
  .map(([kind, random]) => keyOf(`${random}AA`, kind))
  .filter((text) => !/(?:^|[-_])(?:your|example|placeholder)(?:[-_]|$)/i.test(text));
