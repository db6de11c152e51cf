/** iOS lays its keyboard over the page: the page takes the height that is left, so that the composer stays above it. */
export function fitViewport(): void {
  const viewport = window.visualViewport;
  const { style } = document.documentElement;
  viewport?.addEventListener('resize', () => {
    const isCovered = viewport.scale === 1 && viewport.height < window.innerHeight;
    if (isCovered) style.setProperty('--viewport', `${String(viewport.height)}px`);
    else style.removeProperty('--viewport');
    window.scrollTo(0, 0);
  });
}
