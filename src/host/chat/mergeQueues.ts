import type { QueuedMessage } from '../../conversation/turn';

type Queue = readonly QueuedMessage[];

/**
 * The queue of a conversation that two windows change. What one has added, edited or taken out since both knew the same
 * stays so: nothing is lost, and nothing that was sent comes back. Pure.
 *
 * @param known what this window has last read or written
 */
export function mergeQueues({ known, mine, theirs }: { known: Queue; mine: Queue; theirs: Queue }): Queue {
  const added = mine.filter(({ id }) => !find(known, id) && !find(theirs, id));
  const kept = theirs.flatMap((message) => {
    const own = find(mine, message.id);
    const before = find(known, message.id);
    if (!own) return before ? [] : [message];
    return [before && own.text !== before.text ? own : message];
  });
  return [...kept, ...added];
}

export function isSameQueue(first: Queue, second: Queue): boolean {
  return (
    first.length === second.length &&
    first.every(({ id, text }, index) => id === second[index]?.id && text === second[index]?.text)
  );
}

function find(queue: Queue, id: string): QueuedMessage | undefined {
  return queue.find((message) => message.id === id);
}
