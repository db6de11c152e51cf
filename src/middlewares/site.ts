/** The address of the site as browsers see it. `PUBLIC_URL` says it, and so do the headers of each request. */
import type { IncomingMessage, Server } from 'node:http';
import type { Trust } from './address';

export interface Site {
  /** The beginning of all our paths as browsers see them: empty, or, for example, `/chat`. */
  readonly path: string;
  /** Whether the browser asked by https. */
  isHttps(req: IncomingMessage): boolean;
  /** The hosts that the browser may have asked for, with or without a port. They can be several: proxies change them. */
  hostsOf(req: IncomingMessage): string[];
  /** Whether a page of this origin is one of ours. */
  isOurs(origin: string, req: IncomingMessage): boolean;
  /**
   * From now on, Express and Socket.IO get requests without the site's path. Some proxies take this path off, others leave
   * it. Must be called when the server has all its other listeners.
   */
  mountOn(server: Server): void;
}

/** @param publicUrl is always believed; `X-Forwarded-Host` and `X-Forwarded-Proto` only if the nearest proxy is trusted. */
export function createSite(publicUrl: URL | undefined, trust: Trust): Site {
  const path = publicUrl?.pathname.replace(/\/+$/, '') ?? '';

  /** The first value of the header, which the proxy next to the browser has written. */
  function forwarded(what: 'host' | 'proto', { headers, socket }: IncomingMessage): string | undefined {
    if (!trust(socket.remoteAddress ?? '', 0)) return undefined;
    return String(headers[`x-forwarded-${what}`] ?? '')
      .split(',')[0]
      ?.trim();
  }

  function isHttps(req: IncomingMessage): boolean {
    // For a WebSocket, some proxies write `wss` instead of `https`.
    const protocol = publicUrl?.protocol ?? forwarded('proto', req) ?? '';
    return /^(https|wss):?$/i.test(protocol);
  }

  function hostsOf(req: IncomingMessage): string[] {
    const hosts = [publicUrl?.host, forwarded('host', req), req.headers.host];
    return hosts.flatMap((host) => host || []);
  }

  /** Sets `url`, `originalUrl` and `baseUrl` as Express does for an app that is mounted below a path. */
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
      // Anybody between us and the browser can fake a page that comes over plain http.
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
 * Whether this is the host of the origin. If the host has no port, every port fits, because proxies leave the port out. A
 * page on another port of the same host can do no more harm than without us: browsers send it the same cookies.
 */
function isHostOf(origin: URL, host: string): boolean {
  const url = `${origin.protocol}//${host}`;
  if (!URL.canParse(url)) return false;
  const { hostname, port } = new URL(url);
  return hostname === origin.hostname && (!/:\d+$/.test(host) || port === origin.port);
}
