import type { JobSource } from '../jobs/job';
import type { Flaw, SummaryDraft, SummarySpec } from './spec';

/** Often enough to be watched, and seldom enough for a draft of thousands of sections. */
const publishEveryMs = 250;
/** Making the text of a large draft takes time; the pauses are many times as long, by its size. */
const pauseMsPerCharacter = 250 / 100_000;

/** The draft that grows while the work goes on. */
export class Drafts {
  readonly #leftOut: SummarySpec['leftOut'];
  readonly #sources: readonly JobSource[];
  readonly #publish: (result: string) => void;
  readonly #sections: (string | undefined)[] = [];
  #overview: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #publishedAt = -Infinity;
  #pauseMs = publishEveryMs;

  constructor(spec: SummarySpec, sources: readonly JobSource[], publish: (result: string) => void) {
    this.#leftOut = spec.leftOut;
    this.#sources = sources;
    this.#publish = publish;
  }

  setSection(source: number, text: string): void {
    this.#sections[source] = text;
    this.#touch();
  }

  setOverview(text: string | undefined): void {
    this.#overview = text;
    this.#touch();
  }

  /** Where a single text is to stand, its parts have served. */
  clearSections(): void {
    this.#sections.length = 0;
  }

  get sectionCount(): number {
    return this.#sections.filter((text) => text !== undefined).length;
  }

  /** Nothing more is published. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#publishedAt = Infinity;
  }

  draft(flaws: readonly Flaw[] = []): SummaryDraft {
    return {
      ...(this.#overview === undefined ? {} : { overview: this.#overview }),
      sections: this.#sections.flatMap((text, source) => {
        const { name = '', uri } = this.#sources[source] ?? {};
        return text === undefined ? [] : [{ source, name, ...(uri === undefined ? {} : { uri }), text }];
      }),
      flaws: [...flaws],
      ...(this.#leftOut ? { leftOut: this.#leftOut } : {}),
    };
  }

  #touch(): void {
    if (this.#timer || this.#publishedAt === Infinity) return;
    const waitMs = this.#publishedAt + this.#pauseMs - Date.now();
    // A clock that was set back must not hold it up.
    if (waitMs <= 0 || waitMs > this.#pauseMs) this.#send();
    else this.#timer = setTimeout(() => this.#send(), waitMs).unref();
  }

  #send(): void {
    this.#timer = undefined;
    this.#publishedAt = Date.now();
    const result = JSON.stringify(this.draft());
    this.#pauseMs = Math.max(publishEveryMs, result.length * pauseMsPerCharacter);
    this.#publish(result);
  }
}
