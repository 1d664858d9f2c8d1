/** Sentences of which prompts are made. Each texture has its own number of characters to a token. */
export const textures = {
  prose: [
    'The harbour was quiet before the first boats came back from the night.',
    'Nobody at the table had expected the letter to arrive so soon.',
    'A long road leads from the village up to the old mill by the river.',
    'They agreed to meet again in spring, when the passes would be open.',
    'Most of the garden had been given over to beans and potatoes that year.',
    'Her notes describe the weather, the prices at market and the state of the bridge.',
    'It took three attempts and a borrowed ladder to bring the cat down.',
    'What remains of the wall can still be seen behind the school.',
  ],
  code: [
    'if (queue.size > 0 && level >= cost[i]) { start(queue.shift(), now + 25); }',
    'const rows = table.filter((r) => r.count !== 0).map(({ id, at }) => `${id}:${at}`);',
    'for (let k = 0; k < 128; k += 4) sum += buf[k] * 0x1f + (buf[k + 1] << 8);',
    'return { ok: true, items: [...seen.values()].sort((a, b) => b.n - a.n) };',
    'try { await db.run(sql`update jobs set state = 2 where id = ${id}`); } catch { retry(id); }',
    'export type Pair<A, B> = readonly [left: A, right: B] | undefined;',
  ],
  records: [
    '2026-03-14 09:41:07 store 118 sold 24 of item 70331 at 12.90, stock left 406.',
    'Row 5521: temperature 17.4, pressure 1013.2, wind 6 m/s from 240 degrees.',
    'Invoice 88-2041, net 1,250.00, tax 237.50, due within 30 days of delivery.',
    'Order 90127 left hall 3 at 14:22 with 7 parcels, 61.5 kg, for route 12.',
    'Sample B-17 was measured 4 times: 0.482, 0.479, 0.488 and 0.481 mmol.',
    'Ticket 40318 reopened after 6 days, priority 2, assigned to team 9.',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Texture = keyof typeof textures;
