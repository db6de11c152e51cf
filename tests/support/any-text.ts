import fc from 'fast-check';

/**
 * Any text there is, also one with halves of surrogate pairs. The library's own arbitrary for such texts makes a table of all
 * characters for each use, which takes seconds.
 */
export const anyText = fc
  .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.nat(0x10ffff)), { maxLength: 20 })
  .map((codes) => String.fromCodePoint(...codes));
