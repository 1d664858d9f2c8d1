import { parseArgs } from 'node:util';
import { UsageError } from '../support/arguments';
import { contenderNames } from './contenders/names';
import type { ContenderName } from './contenders/names';
import type { OtherServer } from './messages';

export const usage = `Usage: npm run bench -- [options]
  --quick             a look in under 90 seconds: few workloads, one seed, short
  --seeds N           seeds 1 to N (default 3, with --quick 1)
  --workloads A,B     only these
  --contenders A,B    only these: ${contenderNames.join(', ')}
  --base-url URL      another server than the simulator, over https or on loopback; needs --key-env
  --key-env NAME      the environment variable that holds the key for it
  --json FILE         writes all figures`;

export interface BenchOptions {
  readonly isQuick: boolean;
  readonly seeds: readonly number[];
  readonly workloads: readonly string[];
  readonly contenders: readonly ContenderName[];
  /** `undefined`: as long as each workload says. */
  readonly durationMs: number | undefined;
  readonly other: OtherServer | undefined;
  readonly jsonFile: string | undefined;
}

const quickDurationMs = 45_000;
const fullSeeds = 3;
const mostSeeds = 100;

/** `all` are the workloads there are, `quick` those of a quick look. */
export function parseBenchArguments(
  args: readonly string[],
  all: readonly string[],
  quick: readonly string[],
): BenchOptions {
  const given = parse(args);
  const isQuick = given.quick === true;
  return {
    isQuick,
    seeds: parseSeeds(given.seeds, isQuick ? 1 : fullSeeds),
    workloads: pick('workload', given.workloads, all) ?? (isQuick ? quick : all),
    contenders: pick('contender', given.contenders, contenderNames) ?? contenderNames,
    durationMs: isQuick ? quickDurationMs : undefined,
    other: parseOtherServer(given['base-url'], given['key-env']),
    jsonFile: given.json,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        quick: { type: 'boolean' },
        seeds: text,
        workloads: text,
        contenders: text,
        'base-url': text,
        'key-env': text,
        json: text,
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function parseSeeds(text: string | undefined, otherwise: number): readonly number[] {
  const count = text === undefined ? otherwise : Number(text);
  if (!Number.isInteger(count) || count < 1 || count > mostSeeds)
    throw new UsageError(`--seeds takes a whole number from 1 to ${mostSeeds}`);
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** In the order of `known`; `undefined` without a choice. */
function pick<Name extends string>(
  kind: string,
  text: string | undefined,
  known: readonly Name[],
): readonly Name[] | undefined {
  if (text === undefined) return undefined;
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !known.some((each) => each === name));
  if (unknown.length > 0)
    throw new UsageError(`no ${kind} is called ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return known.filter((name) => wanted.includes(name));
}

function parseOtherServer(baseUrl: string | undefined, keyEnv: string | undefined): OtherServer | undefined {
  if (baseUrl === undefined && keyEnv === undefined) return undefined;
  if (baseUrl === undefined || keyEnv === undefined) throw new UsageError('--base-url and --key-env go together');
  if (!URL.canParse(baseUrl)) throw new UsageError('--base-url is no URL');
  const { protocol, hostname } = new URL(baseUrl);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback))
    throw new UsageError('the key goes over https only, or over http to loopback');
  return { baseUrl, keyEnv };
}
