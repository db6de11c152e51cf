/** On iOS the keyboard covers a part of the page. The page takes the rest of the height, so the composer stays visible. */
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
