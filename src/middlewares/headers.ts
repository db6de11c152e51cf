/** Security headers of every answer: what a page may load, run and be framed by. */
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { Site } from './site';

/** Each answer has a nonce of its own, for the one `<style>` with the persons' colors. */
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
        // blob: a GIF that is on its way is shown before the server has it.
        imgSrc: ["'self'", 'blob:', 'data:'],
        // Safari before 15.4 does not count WebSockets to 'self'.
        connectSrc: ["'self'", (req) => socketSources(site.hostsOf(req))],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        manifestSrc: ["'self'"],
      },
    },
    // 'no-referrer' would make native form posts send `Origin: null`.
    referrerPolicy: { policy: 'same-origin' },
    // The proxy that ends the TLS says whether the site is to be reached by TLS alone.
    strictTransportSecurity: false,
    // These are for browsers that are gone, or say what is so anyway.
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xPoweredBy: false,
    xXssProtection: false,
  });

export const headers = (site: Site): RequestHandler[] => [styleNonce, policiesOf(site)];

/** What only some people may see is kept by no cache, in between or in a browser that others use after them. */
export const neverKept: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'private, no-store');
  next();
};

function nonceOf(res: object): string {
  return 'locals' in res ? String((res.locals as Record<string, unknown>)['nonce']) : '';
}

/** A Host header is the client's own text: only a plain host goes into the policy. */
function socketSources(hosts: string[]): string {
  const plain = hosts.filter((host) => /^[\w.-]+(:\d+)?$/.test(host));
  return plain.flatMap((host) => [`ws://${host}`, `wss://${host}`]).join(' ');
}
