/** Numbers of things in English. */

const rules = new Intl.PluralRules('en');

/** `1 message`, `2 messages`. */
export function count(many: number, one: string, other: string): string {
  return `${many.toLocaleString('en')} ${rules.select(many) === 'one' ? one : other}`;
}
