/** CSS pixels for a point: closer ones would be drawn over each other. */
const PIXELS_A_POINT = 2;
const LEAST_POINTS = 100;

/** How many points there is room for in a chart of this width, in CSS pixels. */
export function pointsFor(width: number): number {
  return Math.max(LEAST_POINTS, Math.floor(width / PIXELS_A_POINT));
}
