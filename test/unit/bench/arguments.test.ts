import assert from 'node:assert/strict';
import { parseBenchArguments } from '../../bench/arguments';
import { UsageError } from '../../support/arguments';

function parse(...args: readonly string[]) {
  return parseBenchArguments(args, ['mixed', 'output', 'cold'], ['mixed']);
}

describe('The command line of the benchmark', () => {
  it('runs everything over three seeds by default', () => {
    const { workloads, seeds, contenders, durationMs, other } = parse();
    assert.deepEqual(
      [workloads, seeds],
      [
        ['mixed', 'output', 'cold'],
        [1, 2, 3],
      ],
    );
    assert.ok(contenders.length >= 7);
    assert.deepEqual([durationMs, other], [undefined, undefined]);
  });

  it('takes a shorter look at less when it is to be quick', () => {
    const { workloads, seeds, durationMs } = parse('--quick');
    assert.deepEqual([workloads, seeds], [['mixed'], [1]]);
    assert.ok(durationMs !== undefined);
  });

  it('lets everything be chosen', () => {
    const chosen = parse('--quick', '--seeds', '2', '--workloads', 'cold, mixed', '--contenders', 'sdk', '--json', 'a');
    assert.deepEqual(
      [chosen.workloads, chosen.seeds, chosen.contenders, chosen.jsonFile],
      [['mixed', 'cold'], [1, 2], ['sdk'], 'a'],
    );
  });

  for (const [what, args] of [
    ['an unknown workload', ['--workloads', 'mixd']],
    ['an unknown contender', ['--contenders', 'axios']],
    ['no seeds', ['--seeds', '0']],
    ['half a seed', ['--seeds', '1.5']],
    ['an unknown option', ['--fast']],
    ['an address without a key', ['--base-url', 'https://api.example']],
    ['a key without an address', ['--key-env', 'NAME']],
    ['what is no address', ['--base-url', 'nowhere', '--key-env', 'NAME']],
    ['an address that is open to listeners', ['--base-url', 'http://api.example', '--key-env', 'NAME']],
    ['an address that only looks like loopback', ['--base-url', 'http://127.0.0.1.example', '--key-env', 'NAME']],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parse(...args), UsageError);
    });
  }

  for (const baseUrl of ['https://api.example', 'http://127.0.0.1:80', 'http://localhost:1', 'http://[::1]:1']) {
    it(`lets the key go to ${baseUrl}`, () => {
      assert.deepEqual(parse('--base-url', baseUrl, '--key-env', 'NAME').other, { baseUrl, keyEnv: 'NAME' });
    });
  }
});
