/** The text of a time, which the server writes by its own clock and the page by its reader's. */

/** How a language says a time. */
export interface TimeWords {
  timeOfDay: (hours: number, minutes: number) => string;
  /** With the day, where it is not today. @param month 1 to 12 */
  onDay: (month: number, day: number, time: string) => string;
}

export function timeText(date: Date, words: TimeWords): string {
  const time = words.timeOfDay(date.getHours(), date.getMinutes());
  if (date.toDateString() === new Date().toDateString()) return time;
  return words.onDay(date.getMonth() + 1, date.getDate(), time);
}
