import type { Browser } from 'playwright-core';
import { answer, question, streaming } from '../../webview/support/fixtures';
import { BenchPage } from './page';
import type { Contender } from './page';
import { charactersPerToken, writeAnswer, writeConversation } from './text';
import { longestTask, traceCategories } from './trace';
import type { LongestTask } from './trace';

const turnCount = 1_000;
const tokensPerSecond = 2_000;
/** The host gathers text for about two frames. */
const pieceIntervalMs = 33;
const pieceLength = Math.round((tokensPerSecond * charactersPerToken * pieceIntervalMs) / 1_000);

export interface OpeningFigures {
  readonly fastestMs: number;
  readonly medianMs: number;
}

export async function measureOpening(browser: Browser, contender: Contender, rounds: number): Promise<OpeningFigures> {
  const conversation = writeConversation(turnCount, 1);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const page = await BenchPage.open(browser, contender);
    times.push(await page.show(conversation));
    await page.close();
  }
  times.sort((a, b) => a - b);
  return { fastestMs: times[0] ?? NaN, medianMs: times[Math.floor(times.length / 2)] ?? NaN };
}

export interface StreamFigures {
  readonly longest: LongestTask;
  readonly firstHalfScriptMs: number;
  readonly secondHalfScriptMs: number;
  readonly firstHalfMs: number;
  readonly secondHalfMs: number;
}

/** An answer that comes at full speed, at the end of a long conversation. */
export async function measureStream(browser: Browser, contender: Contender, seconds: number): Promise<StreamFigures> {
  const page = await BenchPage.open(browser, contender);
  await page.show(writeConversation(turnCount, 1));
  // What opening leaves to do later, and the first use of code, are not the stream's.
  await page.addTurn(answer('warm-up', '', streaming));
  await page.stream('warm-up', writeAnswer(tokensPerSecond * charactersPerToken * 2, 3), pieceLength, pieceIntervalMs);
  await page.addTurn(answer('stream', '', streaming));

  const text = writeAnswer(seconds * tokensPerSecond * charactersPerToken, 2);
  const middle = Math.ceil(text.length / 2);
  await browser.startTracing(page.page, { categories: traceCategories });
  const start = await page.workedMs();
  await page.stream('stream', text.slice(0, middle), pieceLength, pieceIntervalMs);
  const half = await page.workedMs();
  await page.stream('stream', text.slice(middle), pieceLength, pieceIntervalMs);
  const end = await page.workedMs();
  const trace = await browser.stopTracing();
  await page.close();
  return {
    longest: longestTask(trace.toString('utf8')),
    firstHalfScriptMs: half.script - start.script,
    secondHalfScriptMs: end.script - half.script,
    firstHalfMs: half.all - start.all,
    secondHalfMs: end.all - half.all,
  };
}

export interface Moment {
  readonly streamedTokens: number;
  readonly textBytes: number;
  readonly heapBytes: number;
}

const answerTokens = 1_000;
/** As fast as frames go: what is held at the end does not depend on the pace. */
const hastyPieceLength = 1_000;
/** The view takes its oldest turns away after this many more; so each moment sees as many turns as the one before. */
const answersPerMoment = 51;

/** One answer after the other, as over hours of use; the memory at so many moments. */
export async function measureMemory(browser: Browser, contender: Contender, count: number): Promise<readonly Moment[]> {
  const page = await BenchPage.open(browser, contender);
  await page.show(writeConversation(0, 1));
  const moments: Moment[] = [];
  let textBytes = 0;
  await page.addTurn(question('q', 'Begin.'));
  for (let index = 1; index <= count * answersPerMoment; index++) {
    const text = writeAnswer(answerTokens * charactersPerToken, index);
    textBytes += text.length;
    await page.addTurn(answer(`a${index}`, '', streaming));
    await page.stream(`a${index}`, text, hastyPieceLength, 0);
    await page.addTurn(answer(`a${index}`, text));
    if (index % answersPerMoment !== 0) continue;
    moments.push({ streamedTokens: index * answerTokens, textBytes, heapBytes: await page.heapBytes() });
  }
  await page.close();
  return moments;
}
