/**
 * What the interactive requests of workloads take alone: prints it as JSON, one list for each workload and seed of its
 * argument, in their order. On a clock of its own, so it takes a second and is the same on any machine.
 */
import * as v from 'valibot';
import { latenciesOf } from '../workloads/measures';
import { createDirect, unloadedOf } from '../workloads/unloaded';
import { playVirtually } from '../workloads/virtual';
import { readOptions, runProcess } from './child';
import { findWorkload } from './findWorkload';

const tasks = v.array(v.object({ workload: v.string(), seed: v.number(), durationMs: v.number() }));

runProcess(async () => {
  const lists = [];
  for (const { workload, seed, durationMs } of readOptions(tasks)) {
    const trace = await playVirtually(unloadedOf(findWorkload(workload)), seed, createDirect, durationMs);
    lists.push([...latenciesOf(trace)]);
  }
  process.stdout.write(JSON.stringify(lists));
});
