/** Labels that keep clear of each other, of all points and of the curves: a chart's names in pixels, y growing downwards. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Segment {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A point of a drawing, in pixels. */
export type Pixel = readonly [x: number, y: number];

/** A text and the point that it names, with the radius of what is drawn there. */
export interface Label extends Point {
  readonly text: string;
  readonly radius: number;
  readonly isBold?: boolean;
  /** Other points that it may stand at: a line's label may stand anywhere along it. */
  readonly elsewhere?: readonly Point[];
}

export interface PlacedLabel {
  readonly label: Label;
  readonly box: Box;
  /** From the point to the label, where they are not side by side. */
  readonly leader: Segment | null;
}

export interface Surroundings {
  /** No label leaves it. */
  readonly frame: Box;
  readonly fontSize: number;
  /** Curves and whiskers. A label lies on one only where everywhere else is worse. */
  readonly lines: readonly Segment[];
  /** What no label may cover, beside all the points. */
  readonly taken?: readonly Box[];
}

/** Distances between a point and its label; a label farther out than the first has a leader. */
const rings = [4, 9, 15, 22, 30, 40, 52, 66, 82, 100];

/** Right and left first, where reading goes on; then the corners, above and below, there to either side too. */
const directions = [0, 180, 30, 150, 330, 210, 60, 120, 300, 240, 90, 270].flatMap((degrees, i) => {
  const radians = (degrees * Math.PI) / 180;
  const [x, y] = [Math.cos(radians), -Math.sin(radians)];
  const natural = Math.max(-1, Math.min(1, 2 * x));
  const slides = Math.abs(x) > 0.9 ? [natural] : [natural, ...[-0.8, 0, 0.8].filter((slide) => slide !== natural)];
  return slides.map((slide, j) => ({ x, y, slide, reluctance: i / 2 + 2 * Math.min(j, 1) }));
});

/** How many pixels farther away a label goes rather than lie on a line, or have its leader cross one or a point. */
const onLine = 90;
const leaderOverLine = 5;
const leaderOverPoint = 80;
/** The same for a place right beside another point, whose label it would seem to be. */
const besideAnother = 40;
/** Pixels between two labels on one line, so that they do not read as one. */
const apart = 6;
/** What a label without a place counts as. */
const homeless = 1000;
/** Orders in which the labels take their places: fewer for many, whose arrangement takes longer. */
const attempts = (labels: number): number => Math.min(200, Math.ceil(20_000 / (labels * labels)));

/** A place for a label, and what speaks against it: pixels, and what it covers that stays where it is. */
interface Candidate {
  readonly box: Box;
  readonly leader: Segment | null;
  readonly reluctance: number;
}

/**
 * Finds a near and free place for each label: one after the other takes the best that the others leave, again and again, until none
 * moves. Whoever comes first hinders the others, so the best of many orders counts.
 *
 * @returns in the order of the labels; `null` for one that has no free place in the whole frame
 */
export function placeLabels(labels: readonly Label[], surroundings: Surroundings): (PlacedLabel | null)[] {
  const candidates = labels.map((_, i) => candidatesOf(labels, i, surroundings, around));
  const given = labels.map((_, i) => i);
  const orders = [given, ...Array.from({ length: attempts(labels.length) }, (_, attempt) => shuffled(given, attempt))];
  const arrangements = orders.map((order) => arrange(candidates, order));
  const { places } = arrangements.reduce((a, b) => (b.reluctance < a.reluctance ? b : a));
  // In a crowd a leader crosses a label rather than have one left out.
  labels.forEach((_, i) => {
    const others = places.filter((place) => place !== null);
    places[i] ??= bestOf(candidatesOf(labels, i, surroundings, anywhere), others, true);
  });
  return places.map((place, i) => place && { label: labels[i]!, box: place.box, leader: place.leader });
}

/** Always the same order for an attempt (Fisher–Yates, with the draws of a linear congruential generator). */
function shuffled(order: readonly number[], attempt: number): number[] {
  const result = [...order];
  let state = attempt + 1;
  for (let i = result.length - 1; i > 0; i--) {
    state = (state * 48271) % 2147483647;
    const j = state % (i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

function arrange(
  candidates: readonly (readonly Candidate[])[],
  order: readonly number[],
): { places: (Candidate | null)[]; reluctance: number } {
  const places: (Candidate | null)[] = candidates.map(() => null);
  for (let pass = 0, moved = true; moved && pass < 10; pass++) {
    moved = false;
    for (const i of order) {
      const others = places.filter((place, other): place is Candidate => place !== null && other !== i);
      const found = bestOf(candidates[i]!, others);
      if (found !== places[i]) [places[i], moved] = [found, true];
    }
  }
  const reluctance = places.reduce((sum, place) => sum + (place?.reluctance ?? homeless), 0);
  return { places, reluctance };
}

/** The first are the nearest, so most need not be looked at. */
function bestOf(candidates: readonly Candidate[], others: readonly Candidate[], mayCross = false): Candidate | null {
  let best: Candidate | null = null;
  let least = Infinity;
  for (const candidate of candidates) {
    if (candidate.reluctance >= least) break;
    const isBlocked = others.some(
      ({ box, leader }) =>
        overlap(grown(candidate.box, apart, 0), box) ||
        (!mayCross && (isCut(candidate.leader, box) || isCut(leader, candidate.box))),
    );
    if (isBlocked) continue;
    const crossed = others.filter(({ leader }) => candidate.leader && leader && meet(candidate.leader, leader)).length;
    const reluctance = candidate.reluctance + crossed * leaderOverLine;
    if (reluctance < least) [best, least] = [candidate, reluctance];
  }
  return best;
}

function isCut(leader: Segment | null, box: Box): boolean {
  return leader !== null && crosses(leader, box);
}

/** Those that cover no point and nothing that is taken, the most welcome first. */
function candidatesOf(
  labels: readonly Label[],
  i: number,
  { frame, fontSize, lines, taken = [] }: Surroundings,
  boxesFor: (at: Point, radius: number, size: BoxSize, frame: Box) => Omit<Candidate, 'leader'>[],
): Candidate[] {
  const label = labels[i]!;
  const width = textWidth(label.text, fontSize) * (label.isBold ? 1.12 : 1);
  const points = labels.map(boxOf);
  // A point that lies on another cannot keep clear of it.
  const clear = points.filter((point, other) => other !== i && !overlap(point, boxAround(label.x, label.y, 1, 1)));
  const size = { width, height: 1.25 * fontSize };
  return [label, ...(label.elsewhere ?? [])]
    .flatMap((at) => boxesFor(at, label.radius, size, frame).map((place) => ({ ...place, at })))
    .filter(({ box }) => isWithin(box, frame) && [...points, ...taken].every((other) => !overlap(box, other)))
    .map(({ box, at, reluctance }) => {
      const leader = leaderTo(at, label.radius, box);
      const isOnLine = lines.some((line) => crosses(line, box));
      const cutLines = leader ? lines.filter((line) => meet(leader, line)).length : 0;
      const cutPoints = leader ? clear.filter((point) => crosses(leader, point)).length : 0;
      const besides = clear.filter((point) => overlap(point, grown(box, rings[1]!, rings[0]!))).length;
      const faults =
        (isOnLine ? onLine : 0) +
        Math.min(cutLines, 3) * leaderOverLine +
        cutPoints * leaderOverPoint +
        besides * besideAnother;
      return { box, leader, reluctance: reluctance + faults };
    })
    .sort((a, b) => a.reluctance - b.reluctance);
}

function around(at: Point, radius: number, size: BoxSize): Omit<Candidate, 'leader'>[] {
  return rings.flatMap((ring) =>
    directions.map((direction) => ({
      box: boxBeside(at, size, direction, radius + ring),
      reluctance: ring + direction.reluctance,
    })),
  );
}

/** All over the frame, for crowds. */
function anywhere({ x, y }: Point, _: number, { width, height }: BoxSize, frame: Box): Omit<Candidate, 'leader'>[] {
  const columns = Math.max(0, Math.floor((frame.right - frame.left - width) / 12) + 1);
  const rows = Math.max(0, Math.floor((frame.bottom - frame.top - height) / 4) + 1);
  return Array.from({ length: columns * rows }, (_, i) => {
    const left = frame.left + 12 * (i % columns);
    const top = frame.top + 4 * Math.floor(i / columns);
    const box = { left, top, right: left + width, bottom: top + height };
    return { box, reluctance: Math.hypot(left + width / 2 - x, top + height / 2 - y) };
  });
}

interface BoxSize {
  readonly width: number;
  readonly height: number;
}

function boxBeside(
  { x, y }: Point,
  { width, height }: BoxSize,
  direction: (typeof directions)[number],
  distance: number,
): Box {
  const centreX = x + direction.x * distance + (direction.slide * width) / 2;
  const centreY = y + direction.y * (distance + height / 2);
  return boxAround(centreX, centreY, width / 2, height / 2);
}

/** To the nearest part of the box; none where that is beside the point. */
function leaderTo({ x, y }: Point, radius: number, box: Box): Segment | null {
  const x2 = Math.max(box.left, Math.min(box.right, x));
  const y2 = Math.max(box.top, Math.min(box.bottom, y));
  return Math.hypot(x2 - x, y2 - y) <= radius + rings[1]! ? null : { x1: x, y1: y, x2, y2 };
}

/** Where a label's text begins, ends or has its middle, to a tenth of a pixel. */
export function baselineOf(
  { label, box }: PlacedLabel,
  fontSize: number,
): { readonly x: number; readonly y: number; readonly 'text-anchor': 'start' | 'end' | 'middle' } {
  const side = box.left >= label.x ? 'start' : box.right <= label.x ? 'end' : 'middle';
  const x = { start: box.left, end: box.right, middle: (box.left + box.right) / 2 }[side];
  const y = (box.top + box.bottom) / 2 + 0.35 * fontSize;
  return { x: Math.round(10 * x) / 10, y: Math.round(10 * y) / 10, 'text-anchor': side };
}

/** The pieces of a curve, of a pixel or more each, so that a curve of thousands of steps is hundreds. */
export function segmentsOf(points: readonly Pixel[]): Segment[] {
  const segments: Segment[] = [];
  let [x1, y1] = points[0] ?? [0, 0];
  for (const [x2, y2] of points) {
    if (Math.hypot(x2 - x1, y2 - y1) < 1) continue;
    segments.push({ x1, y1, x2, y2 });
    [x1, y1] = [x2, y2];
  }
  return segments;
}

/** What is drawn at a label's point, and a little room around it. */
export function boxOf({ x, y, radius }: Label): Box {
  return boxAround(x, y, radius + 2, radius + 2);
}

function boxAround(x: number, y: number, halfWidth: number, halfHeight: number): Box {
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight };
}

function grown({ left, top, right, bottom }: Box, sideways: number, upright: number): Box {
  return { left: left - sideways, top: top - upright, right: right + sideways, bottom: bottom + upright };
}

export function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function isWithin(box: Box, frame: Box): boolean {
  return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
}

/** Whether a part of a segment lies inside a box (Liang–Barsky: the part of the segment within all four edges). */
export function crosses({ x1, y1, x2, y2 }: Segment, box: Box): boolean {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const edges = [
    [-dx, x1 - box.left],
    [dx, box.right - x1],
    [-dy, y1 - box.top],
    [dy, box.bottom - y1],
  ] as const;
  let [from, to] = [0, 1];
  for (const [towards, room] of edges) {
    if (towards === 0 && room <= 0) return false;
    if (towards < 0) from = Math.max(from, room / towards);
    if (towards > 0) to = Math.min(to, room / towards);
  }
  return from < to;
}

/** Whether two segments have a point in common, other than by touching. */
function meet(a: Segment, b: Segment): boolean {
  const side = ({ x1, y1, x2, y2 }: Segment, x: number, y: number): number =>
    (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
  return side(a, b.x1, b.y1) * side(a, b.x2, b.y2) < 0 && side(b, a.x1, a.y1) * side(b, a.x2, a.y2) < 0;
}

/** About the width of a text in a sans-serif font, rather more than less: there is no browser here to measure it. */
export function textWidth(text: string, fontSize: number): number {
  const widths = Array.from(text, (letter) => {
    if (/[iljtfrI.,:;'’()[\]|! -]/.test(letter)) return 0.4;
    if (/[mwMW@%]/.test(letter)) return 0.95;
    return /[A-Z]/.test(letter) ? 0.72 : 0.62;
  });
  return fontSize * widths.reduce((sum, width) => sum + width, 0);
}
