/** Addresses of visitors, as far as limits count by them. */
import { isIPv6 } from 'node:net';

/**
 * The network that somebody has to themselves: the /64 of an IPv6 address, an IPv4 address as it is, also one that is
 * written as IPv6.
 * @source https://www.rfc-editor.org/rfc/rfc4291#section-2.5
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') return groups.slice(6).flatMap(bytesOf).join('.');
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** The eight groups, in lower case and without zeros in front. */
function groupsOf(address: string): string[] {
  // A URL is written in one way, whatever the address was; it knows no zones.
  const { hostname } = new URL(`http://[${address.replace(/%.*/, '')}]`);
  const [head = [], tail = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}

function bytesOf(group: string): number[] {
  const value = parseInt(group, 16);
  return [value >> 8, value & 255];
}
