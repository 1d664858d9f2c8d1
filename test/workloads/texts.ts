/** Sentences of which prompts are made. Each texture has its own number of characters to a token. */
export const textures = {
  prose: [
    'The bay was calm when the first boats came home from the long night.',
    'No one at the table had thought that the note would come so soon.',
    'A road leads from the town up to the old mill by the side of the lake.',
    'They said they would meet in spring, once the high pass was free of snow.',
    'Most of the plot had been given to beans and corn in that dry year.',
    'Her notes tell of rain, of what bread cost, and of the state of the bridge.',
    'It took four of them and a long rope to bring the cat down from there.',
    'What is left of the wall can be seen to this day, right behind the school.',
  ],
  code: [
    'if (queue.length > minimum && level >= request.cost) start(queue.shift(), deadline);',
    'const finished = records.filter((record) => record.count > 0).map(describeRecord);',
    'for (const column of columns) total += column.weight * factorOf(column.name);',
    'return collected.sort((first, second) => second.amount - first.amount).slice(0, 20);',
    'const rows = table.filter((r) => r.count !== 0).map(({ id, at }) => `${id}:${at}`);',
    'for (let k = 0; k < 128; k += 4) sum += buf[k] * 0x1f + (buf[k + 1] << 8);',
    'return { ok: true, items: [...seen.values()].sort((a, b) => b.n - a.n) };',
  ],
  records: [
    'Branch 118 sold 24 pieces of article 70331 in March, with 406 left in stock.',
    'Station north: temperature 17.4, pressure 1013, wind 6 metres from the west.',
    'Invoice 2041 over 1250 euros, payable within 30 days after delivery.',
    'Order 90127 left the hall at 14:22 with 7 parcels for the southern route.',
    '2026-03-14 09:41:07 store 118 sold 24 of item 70331 at 12.90, stock left 406.',
    'Sample B-17 was measured 4 times: 0.482, 0.479, 0.488 and 0.481 mmol.',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Texture = keyof typeof textures;
