import type { Answer, Contender } from '../../workloads/contender';
import type { Submission } from '../../workloads/workload';

/** Resolves when the answer is complete and rejects otherwise; calls back once, at the first text. */
export type SendThrough = (submission: Submission, onFirstText: () => void) => Promise<void>;

/** Turns a peer, which rejects like any library, into a contender, which answers for what it could not do. */
export function createAnswering(name: string, sendThrough: SendThrough, close: () => Promise<void>): Contender {
  return {
    name,
    async send(submission): Promise<Answer> {
      let firstTextAt: number | undefined;
      try {
        await sendThrough(submission, () => (firstTextAt = Date.now()));
        return { ok: true, firstTextAt, endedAt: Date.now() };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { ok: false, firstTextAt, endedAt: Date.now(), reason };
      }
    },
    close,
  };
}
