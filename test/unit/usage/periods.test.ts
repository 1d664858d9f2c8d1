import assert from 'node:assert/strict';
import {
  lastDays,
  slotMinutes,
  slotOf,
  startOfDay,
  startOfDayBefore,
  startOfMonth,
  startOfNextDay,
  startOfNextMonth,
} from '../../../src/usage/periods';
import { inZone } from './zones';

const hourMs = 3_600_000;
const slotMs = slotMinutes * 60_000;

/** Of the day that this moment is in. */
function hoursOfDay(now: number): number {
  return (startOfNextDay(now) - startOfDay(now)) / hourMs;
}

describe('A local day', () => {
  const starts: Readonly<Record<string, string>> = {
    UTC: '2026-11-17T00:00:00.000Z',
    'Asia/Kolkata': '2026-11-16T18:30:00.000Z',
    'Asia/Kathmandu': '2026-11-16T18:15:00.000Z',
    'Pacific/Chatham': '2026-11-17T10:15:00.000Z',
    'America/St_Johns': '2026-11-17T03:30:00.000Z',
    'Pacific/Kiritimati': '2026-11-17T10:00:00.000Z',
    'Pacific/Pago_Pago': '2026-11-17T11:00:00.000Z',
  };
  for (const [zone, expected] of Object.entries(starts)) {
    it(`begins at midnight in ${zone}`, () => {
      inZone(zone, () => {
        const now = Date.UTC(2026, 10, 17, 12);
        assert.equal(new Date(startOfDay(now)).toISOString(), expected);
        assert.equal(startOfDay(startOfDay(now)), startOfDay(now));
        assert.equal(startOfDay(startOfNextDay(now)), startOfNextDay(now));
      });
    });
  }

  const changes: readonly (readonly [zone: string, noon: string, hours: number])[] = [
    ['Europe/Berlin', '2026-03-29T12:00:00Z', 23],
    ['Europe/Berlin', '2026-10-25T12:00:00Z', 25],
    ['America/New_York', '2026-03-08T17:00:00Z', 23],
    ['America/New_York', '2026-11-01T17:00:00Z', 25],
    ['Australia/Lord_Howe', '2026-10-04T02:00:00Z', 23.5],
    ['Australia/Lord_Howe', '2026-04-05T02:00:00Z', 24.5],
    ['Pacific/Chatham', '2026-09-27T00:00:00Z', 23],
    ['America/Havana', '2026-03-08T17:00:00Z', 23],
    ['America/Havana', '2026-11-01T17:00:00Z', 25],
    ['Africa/Cairo', '2026-04-24T12:00:00Z', 23],
  ];
  for (const [zone, noon, hours] of changes) {
    it(`has ${hours} hours in ${zone} on ${noon.slice(0, 10)}`, () => {
      inZone(zone, () => assert.equal(hoursOfDay(Date.parse(noon)), hours));
    });
  }

  it('begins at one where there is no midnight', () => {
    inZone('America/Havana', () => {
      assert.equal(new Date(startOfDay(Date.parse('2026-03-08T17:00:00Z'))).getHours(), 1);
    });
  });

  it('is a whole number of slots in every time zone, at every time of the year, and days leave no gap', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    assert.ok(zones.length > 300);
    for (const zone of zones) {
      inZone(zone, () => {
        for (const now of [Date.UTC(2026, 2, 31, 23), Date.UTC(2026, 10, 17, 12)]) {
          const days = lastDays(now, 31);
          for (const [index, { from, to }] of days.entries()) {
            assert.equal(from % slotMs, 0, zone);
            assert.ok(to > from, zone);
            assert.equal(days[index + 1]?.from ?? to, to, zone);
          }
          const today = days.at(-1);
          assert.ok(today && today.from <= now && now < today.to, zone);
        }
      });
    }
  });

  it('before this one is that of the calendar, not that of 24 hours ago', () => {
    inZone('Europe/Berlin', () => {
      const justAfterMidnight = Date.parse('2026-10-26T00:30:00+01:00');
      assert.equal(startOfDayBefore(justAfterMidnight, 1), Date.parse('2026-10-25T00:00:00+02:00'));
    });
  });
});

describe('A month', () => {
  it('begins and ends at local midnight, also across a year', () => {
    inZone('Asia/Kathmandu', () => {
      const now = Date.parse('2026-12-31T23:59:59+05:45');
      assert.equal(startOfMonth(now), Date.parse('2026-12-01T00:00:00+05:45'));
      assert.equal(startOfNextMonth(now), Date.parse('2027-01-01T00:00:00+05:45'));
    });
  });
});

describe('A slot', () => {
  it('is a quarter of an hour, the first of 1970 being number 0', () => {
    assert.deepEqual([0, slotMs - 1, slotMs, -1].map(slotOf), [0, 0, 1, -1]);
  });
});
