import { classCount, expectedShares } from './content';

/** How far a model may lie from what is expected of it: in all that it counts… */
const commonDeviation = 0.3;
/** …and in one class of content by itself. */
const classDeviation = 0.35;
/** How far requests lie from their estimate though all is known of their classes: words are not alike. */
const requestDeviation = 0.06;
/** What is known of a class fades by so much with each report that has some of it. */
const driftDeviation = 0.005;
/** A report that is further off than so many deviations counts for less. */
const outlierDeviations = 2;
/** No content costs less than this part of what was expected of it. */
const smallestRatio = 0.05;

/**
 * What each class of content costs in one model, as a factor on what was expected. Each report is of a mixture, and
 * moves the classes that are in it by what is not known of them yet (recursive least squares). Never throws.
 */
export class ContentRates {
  readonly #rates = Float64Array.from(expectedShares);
  /** Symmetric, row by row. */
  readonly #covariance = Float64Array.from({ length: classCount ** 2 }, (_, index) => {
    const row = Math.floor(index / classCount);
    const column = index % classCount;
    const common = (expectedShares[row] ?? 0) * (expectedShares[column] ?? 0) * commonDeviation ** 2;
    return common + (row === column ? classDeviation ** 2 : 0);
  });

  /** Tokens for one that our own count has, of this composition. */
  ratioOf(parts: Float64Array): number {
    let ratio = 0;
    for (let each = 0; each < classCount; each++) ratio += (parts[each] ?? 0) * (this.#rates[each] ?? 0);
    return Math.max(ratio, smallestRatio);
  }

  /** How uncertain that is, as the square of a share of it: large for what the model has not been sent before. */
  varianceOf(parts: Float64Array): number {
    let variance = 0;
    for (let row = 0; row < classCount; row++) {
      const part = parts[row] ?? 0;
      if (part > 0) variance += part * this.#covarianceWith(parts, row);
    }
    return Math.max(variance, 0) / this.ratioOf(parts) ** 2;
  }

  learn(parts: Float64Array, actualRatio: number): void {
    const gains = parts.map((_, row) => this.#covarianceWith(parts, row));
    const known = parts.reduce((sum, part, row) => sum + part * (gains[row] ?? 0), 0);
    const error = actualRatio - this.ratioOf(parts);
    const expected = known + (requestDeviation * actualRatio) ** 2;
    const variance = expected * Math.max(1, Math.abs(error) / (outlierDeviations * Math.sqrt(expected)));
    for (let row = 0; row < classCount; row++) {
      const gain = (gains[row] ?? 0) / variance;
      this.#rates[row] = (this.#rates[row] ?? 0) + gain * error;
      for (let column = 0; column < classCount; column++) {
        const at = row * classCount + column;
        this.#covariance[at] = (this.#covariance[at] ?? 0) - gain * (gains[column] ?? 0);
      }
      const diagonal = row * (classCount + 1);
      if ((parts[row] ?? 0) > 0) this.#covariance[diagonal] = (this.#covariance[diagonal] ?? 0) + driftDeviation ** 2;
    }
  }

  #covarianceWith(parts: Float64Array, row: number): number {
    let sum = 0;
    for (let column = 0; column < classCount; column++) {
      const part = parts[column] ?? 0;
      if (part > 0) sum += part * (this.#covariance[row * classCount + column] ?? 0);
    }
    return sum;
  }
}
