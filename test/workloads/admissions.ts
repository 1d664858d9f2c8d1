import type { AttemptRecord } from '../simulator/log';
import { submissionIdOf } from './traffic';

/** When each submission was first let in by the server; those that were not are missing. */
export function admissionsOf(attempts: readonly AttemptRecord[]): ReadonlyMap<string, number> {
  const admitted = new Map<string, number>();
  for (const { at, body, usage } of attempts) {
    const id = submissionIdOf(body);
    if (id !== undefined && usage !== undefined && !admitted.has(id)) admitted.set(id, at);
  }
  return admitted;
}
