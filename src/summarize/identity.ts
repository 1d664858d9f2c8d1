import { createHash } from 'node:crypto';
import type { JobSource } from '../jobs/job';
import type { SummarySpec } from './spec';

/**
 * SHA-256 of all that decides what a summary says. Where sources lie and where they may well be cut is no part of it: who
 * asks twice for the same means the same.
 */
export function identityOf(spec: SummarySpec, sources: readonly JobSource[]): string {
  const { name, subject, preset, ownPrompt, language, focus, model, mapModel, length } = spec;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([name, subject, preset, ownPrompt, language, focus, model, mapModel, length]));
  for (const source of sources) hash.update(`\n${JSON.stringify([source.name, source.text])}`);
  return hash.digest('hex');
}
