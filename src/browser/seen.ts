/** Browsers may load a page before anybody asked for it. Such a page belongs to nobody until somebody looks at it. */

/**
 * Resolves when somebody looks at the page. If the server made the page for nobody yet, the page is loaded again then.
 * @param hasPerson whether the server made the page for a certain person
 */
export async function whenSeen(hasPerson: boolean): Promise<void> {
  if (document.prerendering === true) {
    await new Promise((seen) => {
      document.addEventListener('prerenderingchange', seen, { once: true });
    });
  }
  const [navigation] = performance.getEntriesByType('navigation');
  // Reload only once, because some proxies mark every request as a prefetch.
  if (hasPerson || (navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload'))
    return;
  location.reload();
  await new Promise(() => undefined);
}
