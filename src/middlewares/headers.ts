/** The security headers of every answer: what a page may load and run, and that no other site may show it in a frame. */
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { Site } from './site';

/** Each answer has a nonce of its own, which allows the page's one `<style>` element with the colors of people. */
const styleNonce: RequestHandler = (_req, res, next) => {
  res.locals['nonce'] = randomUUID();
  next();
};

const policiesOf = (site: Site) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", (_req, res) => `'nonce-${nonceOf(res)}'`],
        // blob: the page shows a GIF while it is still being uploaded.
        imgSrc: ["'self'", 'blob:', 'data:'],
        // In Safari before 15.4, 'self' does not allow WebSockets, so their addresses are named.
        connectSrc: ["'self'", (req) => socketSources(site.hostsOf(req))],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        manifestSrc: ["'self'"],
      },
    },
    // With 'no-referrer', browsers would send `Origin: null` with a form, and we would refuse it.
    referrerPolicy: { policy: 'same-origin' },
    // If the site is to be reached by TLS alone, the proxy that ends TLS sends this header.
    strictTransportSecurity: false,
    // These headers are for browsers that nobody uses any more, or they say what browsers do anyway.
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xPoweredBy: false,
    xXssProtection: false,
  });

/** These must stand before everything that answers. */
export const headers = (site: Site): RequestHandler[] => [styleNonce, policiesOf(site)];

/** For answers that only some people may see: no proxy may keep them, nor a browser that other people use later. */
export const neverKept: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'private, no-store');
  next();
};

function nonceOf(res: object): string {
  return 'locals' in res ? String((res.locals as Record<string, unknown>)['nonce']) : '';
}

/** A client can write anything into the Host header. So only a host of plain characters goes into the policy. */
function socketSources(hosts: string[]): string {
  const plain = hosts.filter((host) => /^[\w.-]+(:\d+)?$/.test(host));
  return plain.flatMap((host) => [`ws://${host}`, `wss://${host}`]).join(' ');
}
