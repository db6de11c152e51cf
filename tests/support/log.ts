/** The level of the log in tests: nothing is logged, unless LOG asks for it. */
export const LOG = process.env['LOG'] ?? 'silent';
