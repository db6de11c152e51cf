import { timeWords as english } from '../../src/locales/en/browser';
import { timeWords as korean } from '../../src/locales/ko/browser';
import { timeText } from '../../src/shared/time';

/** A moment as it is read in Seoul at noon of November 26. */
function inSeoul(iso: string, words = korean, now = '2026-11-26T12:00:00+09:00'): string {
  return timeText(new Date(iso), words, { now: new Date(now), zone: 'Asia/Seoul' });
}

describe('a time', () => {
  it.each([
    ['2026-11-26T00:00:00+09:00', '오전 12:00', '12:00 AM'],
    ['2026-11-25T23:59:59+09:00', '어제 오후 11:59', 'yesterday, 11:59 PM'],
    ['2026-11-24T03:19:00+09:00', '11월 24일 오전 3:19', 'Nov 24, 3:19 AM'],
    ['2026-01-01T00:00:00+09:00', '1월 1일 오전 12:00', 'Jan 1, 12:00 AM'],
    ['2025-12-31T23:59:00+09:00', '2025년 12월 31일 오후 11:59', 'Dec 31, 2025, 11:59 PM'],
    ['2026-11-27T00:01:00+09:00', '11월 27일 오전 12:01', 'Nov 27, 12:01 AM'],
  ])('of %s says as much of its day as its reader needs: %s', (iso, inKorean, inEnglish) => {
    expect(inSeoul(iso)).toBe(inKorean);
    expect(inSeoul(iso, english).replace('\u202f', ' ')).toBe(inEnglish);
  });

  it('of the last day of the year is of yesterday on the first day of the next', () => {
    expect(inSeoul('2025-12-31T23:59:00+09:00', korean, '2026-01-01T00:30:00+09:00')).toBe('어제 오후 11:59');
  });

  it('is of yesterday also after a night in which the clocks changed', () => {
    // The day before had 25 hours, and this one had 23.
    const read = (iso: string, now: string) =>
      timeText(new Date(iso), korean, { now: new Date(now), zone: 'Europe/Berlin' });
    expect(read('2026-10-25T00:10:00+02:00', '2026-10-26T23:50:00+01:00')).toBe('어제 오전 12:10');
    expect(read('2026-03-28T23:50:00+01:00', '2026-03-29T23:50:00+02:00')).toBe('어제 오후 11:50');
  });
});
