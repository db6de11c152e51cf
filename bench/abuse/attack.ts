/** The type of an attack. Each attack is a file of this folder, and stands in the list of attacks.ts. */

/** The server under attack. */
export interface Target {
  url: string;
  /** Is aborted when the attack must end. */
  signal: AbortSignal;
}

/**
 * Attacks until the signal is aborted. Requests that are refused and connections that are cut off are no failure.
 * @returns what the attack did, in a few words, so that people see if it did nothing. @throws if it could not begin.
 */
export type Attack = (target: Target) => Promise<string>;
