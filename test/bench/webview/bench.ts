/**
 * `npm run bench:webview`: the chat in a browser, beside one that makes everything anew with every piece of an answer.
 *
 * Prints tables; ends with an error when the chat does not keep what it promises.
 */
import { launchChromium } from '../../support/chromium';
import type { Contender } from './page';
import { writePages } from './page';
import { measureMemory, measureOpening, measureStream } from './measure';
import { findBrokenBounds, writeFigures, writeMoments } from './report';
import type { Figures } from './report';

const openings = 5;
const streamSeconds = 8;
const memoryMoments = 6;

async function main(): Promise<void> {
  await writePages();
  const browser = await launchChromium();
  const measure = async (contender: Contender): Promise<Figures> => {
    const start = Date.now();
    const say = (what: string) =>
      process.stderr.write(`${contender}: ${what}, ${((Date.now() - start) / 1_000).toFixed(0)} s\n`);
    const opening = await measureOpening(browser, contender, openings);
    say(`opened in ${opening.fastestMs.toFixed(0)} ms`);
    const stream = await measureStream(browser, contender, streamSeconds);
    say(`streamed, longest task ${stream.longest.cpuMs.toFixed(0)} ms`);
    // Of the naive one it would take ten minutes to learn what nobody doubts: it keeps every turn.
    const memory = contender === 'Sluice' ? await measureMemory(browser, contender, memoryMoments) : [];
    if (memory.length > 0)
      say(`memory seen: ${memory.map(({ heapBytes }) => (heapBytes / 1e6).toFixed(1)).join(', ')} MB`);
    return { opening, stream, memory };
  };
  try {
    const own = await measure('Sluice');
    const naive = await measure('naive');
    process.stdout.write(`${writeFigures(own, naive)}\n\n${writeMoments(own.memory)}\n`);
    const broken = findBrokenBounds(own);
    for (const each of broken) process.stderr.write(`not kept: ${each}\n`);
    if (broken.length > 0) process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

void main();
