/**
 * 32 random hexadecimal digits: a name that no other page chooses. When a chat is sent again with the same nonce, the server
 * knows that it is the same chat.
 */
export function newNonce(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
