/** Times as the reader's clock shows them. */

/**
 * @param {HTMLTimeElement} element
 * @param {string} iso
 */
export function showTime(element, iso) {
  element.dateTime = iso;
  element.textContent = timeOfDay(new Date(iso));
}

/** The server wrote them by its own clock. */
export function localizeTimes() {
  for (const element of document.querySelectorAll('time'))
    if (element.dateTime !== '') showTime(element, element.dateTime);
}

/** 오후 2:31, with the day when it is not today. Not Intl, whose Korean says PM since CLDR 42. @param {Date} date */
function timeOfDay(date) {
  const hours = date.getHours();
  const time = `${hours < 12 ? '오전' : '오후'} ${hours % 12 || 12}:${String(date.getMinutes()).padStart(2, '0')}`;
  if (date.toDateString() === new Date().toDateString()) return time;
  return `${date.getMonth() + 1}월 ${date.getDate()}일 ${time}`;
}
