import { draw, INK, MAIN, SECOND } from '../draw.js';
import { isArtificial } from '../../search/compare/variants.js';
import type { Comparison } from './comparison.js';
import type { CompareWords } from './words.js';

/** Every seed as a point: instructions of an inference to the right, accuracy upwards; the name stands at the mean. */
export function comparisonChart(comparison: Comparison, words: CompareWords): string {
  const series = comparison.rows.flatMap((row) => {
    const color = row.variant === 'joint' ? MAIN : isArtificial(row.variant) ? SECOND : INK;
    const points = row.bySeed.map(({ instructions, accuracy }) => [instructions * 1e-6, 100 * accuracy]);
    const mean = [row.instructions.mean * 1e-6, 100 * row.accuracy.mean];
    const label = {
      show: true,
      position: 'top',
      formatter: words.variants[row.variant],
      color,
      fontSize: 11,
    };
    return [
      { type: 'scatter', data: points, symbolSize: 6, itemStyle: { color, opacity: 0.5 } },
      { type: 'scatter', data: [mean], symbol: 'diamond', symbolSize: 11, itemStyle: { color }, label },
    ];
  });
  return draw({
    xAxis: {
      type: 'log',
      name: words.instructions,
      nameLocation: 'middle',
      nameGap: 28,
      min: 'dataMin',
      axisLabel: { formatter: (value: number) => String(Number(value.toPrecision(2))) },
    },
    yAxis: { type: 'value', name: `${words.accuracy} %`, scale: true },
    grid: { left: 64, right: 120, top: 48, bottom: 48 },
    series,
  });
}
