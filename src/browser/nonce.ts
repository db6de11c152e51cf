/** A new random name for something that is sent, by which the server knows it again. @returns {string} */
export function newNonce() {
  // Pages from a plain http address of the local network have no randomUUID.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
