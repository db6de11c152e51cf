/** A page that a browser fetched or made ahead is nobody's until somebody looks at it. */

/**
 * Resolves when the page is looked at. If it was fetched for nobody yet, it is loaded again then, for who looks.
 * @param {boolean} isOnes whether the server knew for whom
 */
export async function whenSeen(isOnes) {
  if (document.prerendering) {
    await new Promise((seen) => document.addEventListener('prerenderingchange', seen, { once: true }));
  }
  const [navigation] = performance.getEntriesByType('navigation');
  // Once is enough: what stands between may call every visit a look ahead.
  if (isOnes || (navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload')) return;
  location.reload();
  await new Promise(() => undefined);
}
