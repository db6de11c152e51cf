/** The text of a time. The server writes it in its own time zone, the page in the zone of its reader. */

/** How a language says a time. */
export interface TimeWords {
  timeOfDay: (hours: number, minutes: number) => string;
  /** The time with the day, for times that are not of today. @param month 1 to 12 */
  onDay: (month: number, day: number, time: string) => string;
}

export function timeText(date: Date, words: TimeWords): string {
  const time = words.timeOfDay(date.getHours(), date.getMinutes());
  if (date.toDateString() === new Date().toDateString()) return time;
  return words.onDay(date.getMonth() + 1, date.getDate(), time);
}
