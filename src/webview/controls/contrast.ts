/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** What has to be told from its background must differ so much from it: WCAG 2.2, 1.4.11. */
const LEAST_CONTRAST = 3;

const HEX = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})(?:[\da-f]{2})?$/i;
const FUNCTION = /^rgba?\(\s*(\d+(?:\.\d+)?)[\s,]+(\d+(?:\.\d+)?)[\s,]+(\d+(?:\.\d+)?)/;

/** A colour as VS Code writes those of a theme, without its transparency; undefined: it is written in another way. */
export function parseColor(text: string): Rgb | undefined {
  const hex = HEX.exec(text.trim());
  const [, red, green, blue] = hex ?? FUNCTION.exec(text.trim()) ?? [];
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  const number = (part: string): number => (hex === null ? Number(part) : parseInt(part, 16));
  return [number(red), number(green), number(blue)];
}

/** 1 to 21, by the relative luminance of WCAG 2.2. */
export function contrastOf(one: Rgb, other: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const STEPS = 10;

/**
 * The colour as a line of it can be seen: opaque, and so much nearer to the foreground as it takes. Themes that name no colours
 * for charts have a transparent orange from VS Code, that of what a search has found, and some light ones a pale one.
 *
 * @returns the colour as it is where one of them is not written as VS Code writes those of a theme
 */
export function visible(color: string, background: string, foreground: string): string {
  const [own, behind, before] = [parseColor(color), parseColor(background), parseColor(foreground)];
  if (own === undefined || behind === undefined || before === undefined) return color;
  const mixed = (share: number): Rgb => [
    mix(own, before, share, 0),
    mix(own, before, share, 1),
    mix(own, before, share, 2),
  ];
  let step = 0;
  while (step < STEPS && contrastOf(mixed(step / STEPS), behind) < LEAST_CONTRAST) step++;
  return `rgb(${mixed(step / STEPS).join(', ')})`;
}

/** So much of a colour, 0 to 1, in another; as it is where one of them is not written as VS Code writes those of a theme. */
export function blended(color: string, into: string, share: number): string {
  const [own, other] = [parseColor(color), parseColor(into)];
  if (own === undefined || other === undefined) return color;
  return `rgb(${([0, 1, 2] as const).map((part) => mix(own, other, 1 - share, part)).join(', ')})`;
}

function mix(one: Rgb, other: Rgb, share: number, part: 0 | 1 | 2): number {
  return Math.round(one[part] * (1 - share) + other[part] * share);
}
