import * as v from 'valibot';

const traceSchema = v.object({
  traceEvents: v.array(
    v.object({
      name: v.optional(v.string(), ''),
      ph: v.optional(v.string(), ''),
      pid: v.optional(v.number(), 0),
      tid: v.optional(v.number(), 0),
      dur: v.optional(v.number(), 0),
      tdur: v.optional(v.number(), 0),
      args: v.optional(v.object({ name: v.optional(v.unknown()) }), {}),
    }),
  ),
});

const taskNames: ReadonlySet<string> = new Set(['RunTask', 'ThreadControllerImpl::RunTask']);
const microsecondsPerMs = 1_000;

export interface LongestTask {
  /** From beginning to end, with what else the machine did meanwhile. */
  readonly wallMs: number;
  /** What the thread itself worked. */
  readonly cpuMs: number;
}

/** What must be in a trace for this. */
export const traceCategories = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];

/** The longest task of the thread that runs the page: script, style, layout and paint of one frame are one task. */
export function longestTask(trace: string): LongestTask {
  const { traceEvents } = v.parse(traceSchema, JSON.parse(trace));
  const mainThreads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}:${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && taskNames.has(name) && mainThreads.has(`${pid}:${tid}`),
  );
  if (tasks.length === 0) throw new Error('the trace holds no task of a page');
  return {
    wallMs: Math.max(...tasks.map(({ dur }) => dur)) / microsecondsPerMs,
    cpuMs: Math.max(...tasks.map(({ tdur }) => tdur)) / microsecondsPerMs,
  };
}
