/** A page that a browser fetched or made ahead is nobody's until somebody looks at it. */

/**
 * Resolves when the page is looked at. If it was fetched for nobody yet, it is loaded again then, for its reader.
 * @param isOnes whether the server knew for whom
 */
export async function whenSeen(isOnes: boolean): Promise<void> {
  if (document.prerendering === true) {
    await new Promise((seen) => {
      document.addEventListener('prerenderingchange', seen, { once: true });
    });
  }
  const [navigation] = performance.getEntriesByType('navigation');
  // Reload only once, because some proxies mark every request as a prefetch.
  if (isOnes || (navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload')) return;
  location.reload();
  await new Promise(() => undefined);
}
