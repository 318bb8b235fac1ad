/** Of the points that there are; null: there is none. */
export function meanOf(points: readonly (number | null)[]): number | null {
  const known = points.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
