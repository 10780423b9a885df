/** A box in pixels. */
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Pixel {
  readonly x: number;
  readonly y: number;
}

export interface Dot extends Pixel {
  readonly text: string;
}

export interface PlacedLabel extends Dot {
  /** Of the text's baseline. */
  readonly labelX: number;
  readonly labelY: number;
  readonly anchor: 'start' | 'end';
  /** Whether it stands so far off that a line has to lead to it. */
  readonly isAway: boolean;
}

const letter = 6.6;
const lineHeight = 13;

/** Each label right of its dot, left of it, or shifted: the first free place, else the first that lies inside. */
export function placeLabels(dots: readonly Dot[], frame: Box, obstacles: readonly Pixel[]): PlacedLabel[] {
  const taken: Box[] = [...dots, ...obstacles].map(({ x, y }) => ({
    left: x - 6,
    right: x + 6,
    top: y - 6,
    bottom: y + 6,
  }));
  return dots.map((dot) => {
    const { x, y, text } = dot;
    const width = letter * text.length;
    const places = [0, 14, -14, 28, -28, 42, -42, 56, -56].flatMap((shift) => [
      { anchor: 'start' as const, labelX: x + 9, labelY: y + shift, left: x + 9, shift },
      { anchor: 'end' as const, labelX: x - 9, labelY: y + shift, left: x - 9 - width, shift },
    ]);
    const boxed = places.map((place) => ({
      ...place,
      box: {
        left: place.left,
        right: place.left + width,
        top: place.labelY - lineHeight / 2,
        bottom: place.labelY + lineHeight / 2,
      },
    }));
    const inside = boxed.filter(({ box }) => contains(frame, box));
    const place = inside.find(({ box }) => taken.every((other) => !meet(box, other))) ?? inside[0] ?? boxed[0]!;
    taken.push(place.box);
    const { labelX, labelY, anchor, shift } = place;
    return { ...dot, labelX, labelY: labelY + 4, anchor, isAway: Math.abs(shift) > 14 };
  });
}

function contains(frame: Box, box: Box): boolean {
  return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
}

function meet(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
