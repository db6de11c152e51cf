/** Writes times as text: on the server in the server's zone, and in the page's script in the reader's zone. */

/** How a language says a time. */
export interface TimeWords {
  timeOfDay: (hours: number, minutes: number) => string;
  today: string;
  yesterday: string;
  /** A day that is neither today nor yesterday. @param month 1 to 12 */
  onDay: (month: number, day: number) => string;
  /** The same, where the year is not this one. @param month 1 to 12 */
  inYear: (year: number, month: number, day: number) => string;
  /** A time of another day than today. */
  withDay: (day: string, time: string) => string;
}

/** When and where somebody reads a time. */
export interface Reading {
  now: Date;
  /** A name of the IANA database. Without it, the zone is that of the machine. */
  zone?: string | undefined;
}

interface Clock {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hours: number;
  minutes: number;
}

/** The time of day; with the day if it is not today. */
export function timeText(date: Date, words: TimeWords, { now, zone }: Reading): string {
  const then = clockAt(date, zone);
  const today = clockAt(now, zone);
  const time = words.timeOfDay(then.hours, then.minutes);
  return dayNumber(today) === dayNumber(then) ? time : words.withDay(dayText(then, today, words), time);
}

/**
 * The name of the day of a chat, if the chat before it was on another day; otherwise undefined.
 * @param before the time of the chat before it; undefined for the first chat of a log, which readers would take for one of
 * today
 */
export function newDay(
  iso: string,
  before: string | undefined,
  words: TimeWords,
  { now, zone }: Reading,
): string | undefined {
  const then = clockAt(new Date(iso), zone);
  const isSame = dayNumber(then) === dayNumber(clockAt(before === undefined ? now : new Date(before), zone));
  return isSame ? undefined : dayText(then, clockAt(now, zone), words);
}

function dayText(then: Clock, today: Clock, words: TimeWords): string {
  const days = dayNumber(today) - dayNumber(then);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  if (then.year === today.year) return words.onDay(then.month, then.day);
  return words.inYear(then.year, then.month, then.day);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clock and calendar show. Without a zone, the machine is asked each time, since the zone of a traveller changes. */
function clockAt(date: Date, zone: string | undefined): Clock {
  if (zone === undefined) {
    return {
      year: date.getFullYear(),
      month: date.getMonth() + 1,
      day: date.getDate(),
      hours: date.getHours(),
      minutes: date.getMinutes(),
    };
  }
  const parts = new Map(
    formatIn(zone)
      .formatToParts(date)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? NaN;
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hours: part('hour'),
    minutes: part('minute'),
  };
}

/** Making a format takes far longer than using it, so each is made once. */
function formatIn(zone: string): Intl.DateTimeFormat {
  const made = formats.get(zone) ?? new Intl.DateTimeFormat('en', { ...FIELDS, timeZone: zone });
  formats.set(zone, made);
  return made;
}

const FIELDS = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  hourCycle: 'h23',
} as const;

/** Days are counted on the calendar, since a day in which the clocks change does not have 24 hours. */
function dayNumber({ year, month, day }: Clock): number {
  return Date.UTC(year, month - 1, day) / 86_400_000;
}
