import { draw, INK, MAIN, SECOND } from '../draw.js';
import type { PredictedQuantity } from './predictions.js';
import type { PredictionWords } from './words.js';

/** Joule and seconds of inferences read best in millionths. */
const MICRO = 1e6;

function percentOff(value: number, actual: number): number {
  return (100 * (value - actual)) / actual;
}

/** The part of echarts' custom series that an error bar needs. */
interface BarApi {
  value(dimension: number): number;
  coord(point: readonly number[]): readonly number[];
}

/** Error of each prediction by its size, percent, with its interval as a bar; the line is no error at all. */
export function residualChart({ rows, unit }: PredictedQuantity, words: PredictionWords): string {
  const points = rows.map(({ predicted, actual, low, high }) => [
    actual * MICRO,
    percentOff(predicted, actual),
    percentOff(low, actual),
    percentOff(high, actual),
  ]);
  return draw({
    xAxis: {
      type: 'log',
      name: `${words.actual}, µ${unit}`,
      nameLocation: 'middle',
      nameGap: 28,
      min: 'dataMin',
      max: 'dataMax',
      axisLabel: { formatter: (value: number) => String(Number(value.toPrecision(2))) },
    },
    yAxis: { type: 'value', name: `${words.error} %`, scale: true },
    series: [
      {
        type: 'custom',
        data: points,
        renderItem: (_: unknown, api: BarApi) => {
          const [x, top] = api.coord([api.value(0), api.value(3)]);
          const [, bottom] = api.coord([api.value(0), api.value(2)]);
          return {
            type: 'line',
            shape: { x1: x, y1: top, x2: x, y2: bottom },
            style: { stroke: SECOND, lineWidth: 2, opacity: 0.5 },
          };
        },
      },
      {
        type: 'scatter',
        data: points.map(([x, y]) => [x, y]),
        symbolSize: 7,
        color: MAIN,
        markLine: {
          symbol: 'none',
          silent: true,
          label: { show: false },
          lineStyle: { color: INK, type: 'dashed' },
          data: [{ yAxis: 0 }],
        },
      },
    ],
  });
}

/** Predicted against what came, both in millionths; on the line they are the same. */
export function parityChart({ rows, unit }: PredictedQuantity, words: PredictionWords): string {
  const values = rows.flatMap(({ predicted, actual }) => [predicted * MICRO, actual * MICRO]);
  const ends = [0.9 * Math.min(...values), 1.1 * Math.max(...values)];
  const [min, max] = ends;
  const axis = {
    type: 'log',
    min,
    max,
    axisLabel: { formatter: (value: number) => String(Number(value.toPrecision(2))) },
  };
  return draw({
    xAxis: { ...axis, name: `${words.actual}, µ${unit}`, nameLocation: 'middle', nameGap: 28 },
    yAxis: { ...axis, name: `${words.predicted}, µ${unit}` },
    series: [
      {
        type: 'line',
        data: ends.map((end) => [end, end]),
        showSymbol: false,
        lineStyle: { color: INK, type: 'dashed', width: 1 },
      },
      {
        type: 'scatter',
        data: rows.map(({ predicted, actual }) => [actual * MICRO, predicted * MICRO]),
        symbolSize: 7,
        color: MAIN,
      },
    ],
  });
}
