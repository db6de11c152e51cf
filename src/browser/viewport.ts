/** iOS lays its keyboard over the page: the page takes the height that is left, so that the composer stays above it. */
export function fitViewport() {
  const viewport = window.visualViewport;
  viewport?.addEventListener('resize', () => {
    const isCovered = viewport.scale === 1 && viewport.height < window.innerHeight;
    if (isCovered) document.documentElement.style.setProperty('--viewport', `${viewport.height}px`);
    else document.documentElement.style.removeProperty('--viewport');
    window.scrollTo(0, 0);
  });
}
