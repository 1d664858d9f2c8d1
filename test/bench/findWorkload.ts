import { workloads } from '../workloads/catalogue';
import type { Workload } from '../workloads/workload';

export function findWorkload(name: string): Workload {
  const workload = workloads.find((each) => each.name === name);
  if (workload === undefined) throw new Error(`There is no workload "${name}".`);
  return workload;
}
