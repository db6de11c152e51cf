/** What an attack is. Each is a file of this folder, and stands in the list of attacks.ts. */

export interface Target {
  url: string;
  /** Ends when the attack is over. */
  signal: AbortSignal;
}

/**
 * Attacks until the signal ends. What is refused or cut off on the way is no failure of the attack.
 * @returns what it did, in a few words, so that an attack that did nothing is seen. @throws if it could not begin.
 */
export type Attack = (target: Target) => Promise<string>;
