import { draw, MAIN, SECOND } from './draw.js';
import { count } from './format.js';
import type { Summary } from './summary.js';
import type { Words } from './words.js';

/** Accuracy by epoch: search, then retraining, one after the other. */
export function learningChart(summary: Summary, words: Words): string {
  const series = [
    { phase: 'search', name: words.searchPhase, color: SECOND },
    { phase: 'retrain', name: words.retrainPhase, color: MAIN },
  ].map(({ phase, name, color }) => ({
    name,
    type: 'line',
    color,
    showSymbol: true,
    symbolSize: 4,
    data: summary.history.flatMap((row, index) =>
      row.phase === phase ? [[index + 1, row.accuracy * 100]] : [],
    ),
  }));
  return draw({
    legend: { top: 0 },
    xAxis: { type: 'value', name: words.epoch, nameLocation: 'middle', nameGap: 28, minInterval: 1, min: 1 },
    yAxis: { type: 'value', name: `${words.accuracy} %`, max: 100 },
    series,
  });
}

/** Rows: actual class; colour: fraction of the row. */
export function confusionChart(summary: Summary, words: Words): string {
  const { classes } = summary.dataset;
  const cells = summary.confusion.flatMap((row, actual) => {
    const total = row.reduce((sum, value) => sum + value, 0);
    return row.map((value, predicted) => ({
      value: [predicted, actual, total === 0 ? 0 : value / total],
      label: { show: value > 0 && classes.length <= 20, formatter: String(value) },
    }));
  });
  return draw(
    {
      grid: { left: 110, right: 20, top: 20, bottom: 110 },
      xAxis: {
        type: 'category',
        data: classes,
        name: words.predicted,
        nameLocation: 'middle',
        nameGap: 92,
        axisLabel: { rotate: 60, interval: 0 },
      },
      yAxis: {
        type: 'category',
        data: classes,
        inverse: true,
        name: words.actual,
        nameLocation: 'start',
        axisLabel: { interval: 0 },
      },
      visualMap: { show: false, min: 0, max: 1, inRange: { color: ['#f8fafc', '#93c5fd', '#1d4ed8'] } },
      series: [{ type: 'heatmap', data: cells, itemStyle: { borderColor: '#ffffff', borderWidth: 1 } }],
    },
    460,
  );
}

function bars(names: readonly string[], values: readonly number[], label: string): string {
  return draw({
    grid: { left: 64, right: 24, top: 36, bottom: 84 },
    xAxis: { type: 'category', data: names, axisLabel: { rotate: names.length > 6 ? 45 : 0, interval: 0 } },
    yAxis: { type: 'value', name: label, nameTextStyle: { align: 'left' } },
    series: [{ type: 'bar', data: values, color: MAIN, barMaxWidth: 48 }],
  });
}

export function rateChart(summary: Summary, words: Words): string {
  const { layers } = summary.model;
  return bars(
    layers.map((layer) => layer.name),
    layers.map((layer) => Number((layer.firingRate * 100).toFixed(2))),
    `${words.rate} %`,
  );
}

/** Thousands of cycles or instructions by layer; empty when the device sent no trace. */
export function layerTimeChart(summary: Summary, words: Words): string | undefined {
  const parts = [...summary.model.layers, { name: words.head, ticks: summary.model.head.ticks }];
  if (parts.some((part) => part.ticks === undefined)) return undefined;
  const label = summary.device.counts === 'cycles' ? words.cycles : words.instructions;
  return bars(
    parts.map((part) => part.name),
    parts.map((part) => Math.round(part.ticks ?? 0)),
    label,
  );
}

const HISTOGRAM_BINS = 24;

/** Histogram of the counter over single inferences. */
export function distributionChart(summary: Summary, words: Words): string {
  const values = summary.device.distribution;
  const low = values.length === 0 ? 0 : values[0];
  const high = values.length === 0 ? 1 : values[values.length - 1];
  const width = Math.max(1, (high - low) / HISTOGRAM_BINS);
  const bins = new Array<number>(HISTOGRAM_BINS).fill(0);
  for (const value of values) bins[Math.min(HISTOGRAM_BINS - 1, Math.floor((value - low) / width))]++;
  return draw({
    grid: { left: 64, right: 24, top: 36, bottom: 72 },
    xAxis: {
      type: 'category',
      data: bins.map((_, index) => count(low + (index + 0.5) * width)),
      axisLabel: { rotate: 45 },
    },
    yAxis: { type: 'value', name: words.samples },
    series: [{ type: 'bar', data: bins, color: MAIN, barCategoryGap: '4%' }],
  });
}
