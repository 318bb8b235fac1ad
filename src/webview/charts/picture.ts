import type { Colors } from '../controls/colors.ts';

const PADDING = 12;
const TITLE = 22;
const LINE = 20;
/** Room for the colour before a name, and between two names. */
const SWATCH = 20;

/**
 * A PNG in base64 of a drawn chart under its title, with the names of its curves, on the background of the theme.
 *
 * @param names under the chart, or beside the title, where that saves a line
 */
export function picture(
  chart: HTMLCanvasElement,
  title: string,
  lines: readonly { readonly label: string; readonly color: string }[],
  { background, foreground, font }: Colors,
  names: 'under' | 'beside' = 'under',
): string {
  const ratio = devicePixelRatio;
  const [chartWidth, chartHeight] = [chart.width / ratio, chart.height / ratio];
  const padding = names === 'under' ? PADDING : 0;
  const width = chartWidth + 2 * padding;
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This editor gives no canvas to draw the picture on.');
  context.font = `bold ${font}`;
  const start = names === 'under' ? 0 : context.measureText(title).width + SWATCH;
  context.font = font;
  const places = placesOf(lines, (label) => context.measureText(label).width, chartWidth, start);
  const rows = LINE * (1 + (places.at(-1)?.row ?? 0));
  const above = names === 'under' ? TITLE : rows;
  const height = above + chartHeight + 2 * padding + (names === 'under' ? rows : 0);
  // A canvas that is given a size forgets everything else.
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.scale(ratio, ratio);
  context.fillStyle = background;
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'top';
  context.fillStyle = foreground;
  context.font = `bold ${font}`;
  context.fillText(title, padding, padding);
  context.drawImage(chart, padding, padding + above, chartWidth, chartHeight);
  context.font = font;
  const first = names === 'under' ? padding + above + chartHeight + 4 : padding;
  for (const { label, color, left, row } of places) {
    const top = first + row * LINE;
    context.fillStyle = color;
    context.fillRect(padding + left, top + 5, 14, 4);
    context.fillStyle = foreground;
    context.fillText(label, padding + left + SWATCH, top);
  }
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}

type Line = Parameters<typeof picture>[2][number];

/** The names side by side, on as many rows as they need; the first begins at `start`. */
function placesOf(
  lines: readonly Line[],
  widthOf: (label: string) => number,
  room: number,
  start: number,
): readonly (Line & { readonly left: number; readonly row: number })[] {
  let [left, row] = [start, 0];
  return lines.map((line) => {
    const width = SWATCH + widthOf(line.label);
    if (left > 0 && left + width > room) [left, row] = [0, row + 1];
    const place = { ...line, left, row };
    left += width + SWATCH;
    return place;
  });
}
