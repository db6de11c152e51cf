/** The addresses of visitors, by which limits count; and which proxies we believe when they name a visitor's address. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import proxyAddress from 'proxy-addr';

/** Whether we believe a proxy at this address. `hop` is 0 for the proxy next to us, 1 for the one before it, and so on. */
export type Trust = (address: string, hop: number) => boolean;

/**
 * The network that belongs to one household or company, so that limits can count by it. Of an IPv6 address it is the
 * first 64 bits; an IPv4 address is taken whole, also if it is written as IPv6, or with a port, as some proxies do. A text
 * that is no address is given back as it is.
 * @source https://www.rfc-editor.org/rfc/rfc4291#section-2.5
 */
export function networkOf(address: string): string {
  const bare = withoutPort(address);
  // `isValid` alone takes `1` for an address, too.
  if (isIP(bare) === 0 || !ipaddr.isValid(bare)) return bare;
  const parsed = ipaddr.process(bare);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`;
}

/** The /48 of an IPv6 address, which one customer may have to themselves; undefined for IPv4. */
function siteOf(address: string): string | undefined {
  const bare = withoutPort(address);
  if (isIP(bare) === 0 || !ipaddr.isValid(bare)) return undefined;
  const parsed = ipaddr.process(bare);
  if (parsed instanceof ipaddr.IPv4) return undefined;
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 3), 0, 0, 0, 0, 0]).toString()}/48`;
}

/** The network and the site of an address. Limits count by both. */
export function originOf(address: string): { address: string; site: string | undefined } {
  return { address: networkOf(address), site: siteOf(address) };
}

/**
 * Makes a check of the setting.
 * @param trusted how many proxies stand in front of us; or their addresses, subnets and names as in Express; or false for none.
 */
export function trustOf(trusted: false | number | string[]): Trust {
  if (trusted === false) return () => false;
  if (typeof trusted === 'number') return (_address, hop) => hop < trusted;
  const isTrusted = proxyAddress.compile(trusted);
  return (address, hop) => isTrusted(withoutPort(address), hop);
}

/** `203.0.113.7:40001` and `[2001:db8::1]:443`, as some proxies write an address, without the port. */
function withoutPort(address: string): string {
  const [, ipv4, ipv6] = /^(?:([\d.]+):\d+|\[(.+)\](?::\d+)?)$/.exec(address) ?? [];
  return ipv4 ?? ipv6 ?? address;
}
