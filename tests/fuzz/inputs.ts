/**
 * What is sent. The world replaces words like `<open>` when an input is sent, so that inputs of the same seed and number are
 * the same in every run.
 */
import type { Arbitrary } from 'fast-check';
import { event } from './events';
import { request } from './requests';
import { weighted } from './values';

export interface Part {
  name: string;
  file?: string | undefined;
  /** Every character is a byte. */
  content: string;
}

export type Body = { json: unknown } | { form: object } | { parts: Part[] } | { text: string };

export type Input =
  | {
      door: 'http';
      method: string;
      path: string[];
      query: Record<string, unknown>;
      headers: Record<string, string>;
      body: Body | undefined;
    }
  | { door: 'event'; person: number; namespace: string; event: string; args: unknown[]; hasAck: boolean }
  /** Bytes on a bare connection; every character is a byte. `ends`: nothing more will come. */
  | { door: 'tcp'; bytes: string; ends: boolean }
  /** A bare WebSocket, on which texts and bytes are sent. */
  | { door: 'frames'; path: string; cookie: string; frames: (string | Uint8Array)[] };

/** The half of the inputs that is right but for some values. */
export const grammar: Arbitrary<Input> = weighted<Input>([1, request], [1, event]);
