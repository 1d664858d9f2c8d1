/** One measure in a process of its own. Its options are its only argument, in JSON; it tells its figures and ends. */
import * as v from 'valibot';
import { endWithParent, readOptions, tellParent } from '../child';
import { loadClient } from './client';
import { measureCpu } from './cpu';
import { measureCrowd } from './crowd';
import { measureMemory } from './memory';
import { measureOverhead } from './overhead';

const clientFile = v.string();

const subjectOptions = v.variant('measure', [
  v.object({ measure: v.literal('crowd'), clientFile, sources: v.number() }),
  v.object({ measure: v.literal('memory'), clientFile }),
  v.object({ measure: v.literal('overhead'), clientFile, url: v.string(), samples: v.number() }),
  v.object({ measure: v.literal('cpu'), clientFile, url: v.string(), requests: v.number(), rounds: v.number() }),
]);
export type SubjectOptions = v.InferOutput<typeof subjectOptions>;

function measure(options: SubjectOptions): Promise<object> {
  const built = loadClient(options.clientFile);
  switch (options.measure) {
    case 'crowd':
      return measureCrowd(built, options.sources);
    case 'memory':
      return measureMemory(built);
    case 'overhead':
      return measureOverhead(built, options.url, options.samples);
    case 'cpu':
      return measureCpu(built, options.url, options.requests, options.rounds);
  }
}

endWithParent();
measure(readOptions(subjectOptions)).then(
  (figures) => tellParent({ type: 'measured', figures }),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
