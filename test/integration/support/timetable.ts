/** So many lines, no two of which say the same. */
export function timetable(lines: number): string {
  const harbours = [
    'Amrum',
    'Baltrum',
    'Cuxhaven',
    'Dagebüll',
    'Emden',
    'Föhr',
    'Greetsiel',
    'Husum',
    'Juist',
    'Langeoog',
  ];
  const pick = (number: number) => harbours[number % harbours.length];
  return Array.from(
    { length: lines },
    (_, at) =>
      `For ${pick(at * 7 + 3)} by way of ${pick(at * 3 + 1)}, departure ${at} leaves at ${pick(at)} when the tide allows.`,
  ).join('\n');
}
