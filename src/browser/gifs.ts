/** GIFs can be paused, and those outside the visible part of the log are not drawn. */
import { find } from './dom';
import { recall } from './memory';
import { logWords } from '../locales/browser';

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

export type Gifs = ReturnType<typeof createGifs>;

/** Takes care of the GIFs in the rows of a scroller. */
export function createGifs(scroller: Element) {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        target.toggleAttribute('data-out-of-sight', !isIntersecting);
        settle(target);
      }
    },
    { root: scroller },
  );

  return {
    /** Call it with each new row. A row without a GIF is ignored. */
    watch(row: Element): void {
      const box = row.querySelector('[data-gif]');
      if (!box) return;
      const image = find('img', HTMLImageElement, box);
      box.toggleAttribute('data-paused', reducedMotion.matches || recall('still GIFs') !== '');
      find('.gif-toggle', HTMLButtonElement, box).addEventListener('click', () => {
        box.toggleAttribute('data-paused');
        settle(box);
      });
      image.addEventListener('load', () => {
        box.toggleAttribute('data-broken', false);
        settle(box);
      });
      image.addEventListener('error', () => {
        box.toggleAttribute('data-broken', true);
      });
      // It may have failed before this script ran.
      box.toggleAttribute('data-broken', image.complete && image.naturalWidth === 0);
      observer.observe(box);
      settle(box);
    },

    /** Pauses all GIFs, or lets all of them move. */
    keepStill(isStill: boolean): void {
      for (const box of scroller.querySelectorAll('[data-gif]')) {
        box.toggleAttribute('data-paused', isStill);
        settle(box);
      }
    },

    /** The connection is back: GIFs that could not be loaded are loaded again. */
    resume(): void {
      for (const image of scroller.querySelectorAll<HTMLImageElement>('[data-broken] img'))
        image.setAttribute('src', image.src);
    },

    /** Call it with each row that is removed. */
    forget(row: Element): void {
      const box = row.querySelector('[data-gif]');
      if (!box) return;
      observer.unobserve(box);
      clear(find('canvas', HTMLCanvasElement, box));
    },
  };
}

/** Shows the moving picture, or a still picture of it while it is paused and visible. */
function settle(box: Element): void {
  const isPaused = box.hasAttribute('data-paused');
  const button = find('.gif-toggle', HTMLButtonElement, box);
  button.setAttribute('aria-label', isPaused ? logWords.playGif : logWords.pauseGif);
  find('use', SVGUseElement, button).setAttribute('href', isPaused ? '#icon-play' : '#icon-pause');

  const image = find('img', HTMLImageElement, box);
  const isStill =
    isPaused && !box.hasAttribute('data-out-of-sight') && image.complete && image.naturalWidth > 0;
  if (isStill === box.hasAttribute('data-still')) return;
  const canvas = find('canvas', HTMLCanvasElement, box);
  if (isStill) draw(image, canvas);
  else clear(canvas);
  canvas.hidden = !isStill;
  box.toggleAttribute('data-still', isStill);
}

function draw(image: HTMLImageElement, canvas: HTMLCanvasElement): void {
  const { clientWidth, clientHeight } = image;
  // A picture that is very long, wide or small does not fill its box.
  const scale =
    Math.min(clientWidth / image.naturalWidth, clientHeight / image.naturalHeight) * devicePixelRatio;
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
}

/** Frees the memory of the canvas. */
function clear(canvas: HTMLCanvasElement): void {
  canvas.width = canvas.height = 0;
}
