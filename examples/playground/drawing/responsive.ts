/** Draws at the width that a chart has, and again when that changes: text keeps its size. */
export function responsive(place: HTMLElement, draw: (width: number) => void): () => void {
  let drawn = 0;
  const redraw = (width: number): void => {
    if (width === 0) return;
    drawn = width;
    draw(width);
  };
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry!.contentRect.width);
    if (width !== drawn) redraw(width);
  }).observe(place);
  return () => {
    redraw(Math.floor(place.clientWidth));
  };
}
