/** The simulated API in a process of its own, with limits that nobody reaches and yet tells. */
import { createSimulator } from '../../simulator/simulator';
import { endWithParent, tellParent } from '../child';

const plenty = 1_000_000_000;
const answerTokens = 40;
/** The log would grow by every request. */
const forgetEveryMs = 1_000;

async function main(): Promise<void> {
  endWithParent();
  const simulator = createSimulator({
    limits: { requestsPerMinute: plenty, inputTokensPerMinute: plenty, outputTokensPerMinute: plenty },
    outputTokens: answerTokens,
  });
  const { url } = await simulator.listen();
  setInterval(() => simulator.log.clear(), forgetEveryMs);
  tellParent({ type: 'listening', url });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
