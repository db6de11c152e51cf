/** The level of the log in tests. */
export const LOG = process.env['LOG'] ?? 'silent';
