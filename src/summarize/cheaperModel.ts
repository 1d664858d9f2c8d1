import { modelFacts, publishedModelIds } from '../client/models';

/** What the answers of a summary cost beside its input: it reads far more than it writes. */
const outputShare = 0.15;

/** Much cheaper, or it is not worth another manner of writing. */
const worthwhileShare = 0.5;

/**
 * The best model that costs at most half as much for reading: the dearest of those. `undefined` where there is none, or
 * the price of the model is not known.
 */
export function cheaperModel(model: string): string | undefined {
  const own = priceOf(model);
  if (own === undefined) return undefined;
  const cheaper = publishedModelIds
    .map((id) => ({ id, price: priceOf(id) ?? Infinity }))
    .filter(({ price }) => price <= own * worthwhileShare)
    .toSorted((one, other) => other.price - one.price);
  return cheaper[0]?.id;
}

function priceOf(model: string): number | undefined {
  const price = modelFacts(model)?.price;
  return price && price.input + price.output * outputShare;
}
