/** The site as browsers know it: by `PUBLIC_URL`, and by what each request says. */
import type { IncomingMessage, Server } from 'node:http';
import type { Trust } from './address';

export interface Site {
  /** What stands in front of every path of ours that a browser is given: empty, or like `/chat`. */
  readonly path: string;
  /** Whether the browser asked by https. */
  isHttps(req: IncomingMessage): boolean;
  /** The hosts that the browser may have asked for, each with its port or without: proxies change them. */
  hostsOf(req: IncomingMessage): string[];
  /** Whether a page of this origin is one of ours. */
  isOurs(origin: string, req: IncomingMessage): boolean;
  /**
   * Requests below the site's path are answered like those without it, by Express and by Socket.IO: some proxies take
   * the path off, others leave it. To be called when all other listeners of the server are there.
   */
  mountOn(server: Server): void;
}

/** @param publicUrl is believed outright; `X-Forwarded-Host` and `-Proto` are when the nearest proxy is trusted. */
export function createSite(publicUrl: URL | undefined, trust: Trust): Site {
  const path = publicUrl?.pathname.replace(/\/+$/, '') ?? '';

  /** The first value, which is the outermost proxy's. */
  function forwarded(what: 'host' | 'proto', { headers, socket }: IncomingMessage): string | undefined {
    if (!trust(socket.remoteAddress ?? '', 0)) return undefined;
    return String(headers[`x-forwarded-${what}`] ?? '')
      .split(',')[0]
      ?.trim();
  }

  function isHttps(req: IncomingMessage): boolean {
    // Some proxies name the protocol of a WebSocket.
    const protocol = publicUrl?.protocol ?? forwarded('proto', req) ?? '';
    return /^(https|wss):?$/i.test(protocol);
  }

  function hostsOf(req: IncomingMessage): string[] {
    const hosts = [publicUrl?.host, forwarded('host', req), req.headers.host];
    return hosts.flatMap((host) => host || []);
  }

  /** Leaves `originalUrl` and `baseUrl` as Express does for an app that is mounted somewhere. */
  function enter(req: IncomingMessage & { baseUrl?: string; originalUrl?: string }): void {
    const { url = '/' } = req;
    const isBelow = url.startsWith(path) && /^([/?]|$)/.test(url.slice(path.length));
    const rest = isBelow ? url.slice(path.length) : url;
    req.url = rest.startsWith('/') ? rest : `/${rest}`;
    req.baseUrl = path;
    req.originalUrl = path + req.url;
  }

  return {
    path,
    isHttps,
    hostsOf,
    isOurs(text, req) {
      if (!URL.canParse(text)) return false;
      const origin = new URL(text);
      // Anybody on the way can make up a page of plain http.
      if (isHttps(req) && origin.protocol !== 'https:') return false;
      return origin.origin === publicUrl?.origin || hostsOf(req).some((host) => isHostOf(origin, host));
    },
    mountOn(server) {
      if (path === '') return;
      server.prependListener('request', enter);
      server.prependListener('upgrade', enter);
    },
  };
}

/**
 * A host without a port fits every port, since proxies drop it. Another port of the same host could do no more than it
 * can anyway: cookies know no ports.
 */
function isHostOf(origin: URL, host: string): boolean {
  const url = `${origin.protocol}//${host}`;
  if (!URL.canParse(url)) return false;
  const { hostname, port } = new URL(url);
  return hostname === origin.hostname && (!/:\d+$/.test(host) || port === origin.port);
}
