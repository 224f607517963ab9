import { byLayerRows, type LayerRow } from './layer-rows.js';
import { confusionChart, distributionChart, layerTimeChart, learningChart, rateChart } from './charts.js';
import { bytes, count, percent, withUnit } from './format.js';
import type { FigureKind, Summary } from './summary.js';
import { kindWord, type Language, type Words, wordsOf } from './words.js';

interface Figure {
  readonly label: string;
  readonly value: string;
  readonly kind: string;
  readonly note: string;
}

interface AccuracyRow {
  readonly label: string;
  readonly split: string;
  readonly correct: string;
  readonly samples: string;
  readonly value: string;
}

/** Everything the template shows, already text. */
export interface ReportView {
  readonly language: Language;
  readonly words: Words;
  readonly name: string;
  readonly emulated: boolean;
  readonly banner: string;
  readonly keyFigures: readonly Figure[];
  readonly accuracyRows: readonly AccuracyRow[];
  readonly chance: string;
  readonly charts: {
    learning: string;
    confusion: string;
    rates: string;
    layerTime: string | undefined;
    distribution: string;
  };
  readonly genotype: readonly string[];
  readonly layers: readonly LayerRow[];
  readonly modelFigures: readonly Figure[];
  readonly operations: readonly Figure[];
  readonly deviceFigures: readonly Figure[];
  readonly sections: readonly { name: string; memory: string; bytes: string }[];
  readonly memoryFigures: readonly Figure[];
  readonly energyFigures: readonly Figure[];
  readonly stages: readonly { name: string; seconds: string }[];
  readonly provenance: readonly { label: string; value: string }[];
}

type MakeFigure = (label: string, value: string, kind?: FigureKind, note?: string) => Figure;

/** The limit that was asked for, in words; nothing where there was none. */
function budgetNote(words: Words, limit: number | undefined, text: (value: number) => string): string {
  return limit === undefined ? '' : `${words.budget}: ${text(limit)}`;
}

const seconds = (value: number): string => withUnit(value, 's');
const joules = (value: number): string => withUnit(value, 'J');

function joinNotes(...notes: readonly string[]): string {
  return notes.filter((note) => note !== '').join('; ');
}

function keyFigures(summary: Summary, words: Words, figure: MakeFigure): Figure[] {
  const { accuracy, agreement, device, energy, constraints } = summary;
  const ofLogits = words.ofLogits.replace('{count}', count(agreement.logits));
  return [
    figure(
      words.accuracyOnDevice,
      percent(accuracy.onDevice.value),
      device.provenance,
      `${count(accuracy.onDevice.samples)} ${words.testSamples}`,
    ),
    figure(words.agreement, count(agreement.mismatches), device.provenance, ofLogits),
    figure(
      words.flash,
      bytes(device.flashBytes),
      'counted',
      budgetNote(words, constraints.flashBytes, bytes),
    ),
    figure(words.ram, bytes(device.ramBytes), 'counted', budgetNote(words, constraints.ramBytes, bytes)),
    figure(
      words.latency,
      withUnit(device.latency.seconds.median, 's'),
      device.latency.kind,
      joinNotes(budgetNote(words, constraints.latencySeconds, seconds), device.latency.basis),
    ),
    figure(
      words.energy,
      withUnit(energy.board.joules, 'J'),
      'predicted',
      joinNotes(budgetNote(words, constraints.energyJoules, joules), energy.board.basis),
    ),
  ];
}

function accuracyRows(summary: Summary, words: Words): AccuracyRow[] {
  const row = (label: string, split: string, value: Summary['accuracy']['onDevice']): AccuracyRow => ({
    label,
    split,
    correct: count(value.correct),
    samples: count(value.samples),
    value: percent(value.value, 2),
  });
  const { accuracy } = summary;
  return [
    row(words.floatNetwork, words.validation, accuracy.floatValidation),
    row(words.integerModel, words.validation, accuracy.integerValidation),
    row(words.floatNetwork, words.test, accuracy.floatTest),
    row(words.integerModel, words.test, accuracy.integerTest),
    row(`${words.onDevice} (${kindWord(words, summary.device.provenance)})`, words.test, accuracy.onDevice),
  ];
}

function deviceFigures(summary: Summary, words: Words, figure: MakeFigure): Figure[] {
  const { device } = summary;
  const label = device.counts === 'cycles' ? words.cycles : words.instructions;
  const { seconds, kind, basis } = device.latency;
  const used = device.timestepsUsed?.map(
    ({ timesteps, samples }) => `${timesteps}: ${percent(samples / summary.accuracy.onDevice.samples)}`,
  );
  return [
    ...(used === undefined ? [] : [figure(words.timestepsUsed, used.join(', '), device.provenance)]),
    figure(`${label}: ${words.median}`, count(device.perInference.median), device.provenance),
    figure(`${label}: ${words.p95}`, count(device.perInference.p95), device.provenance),
    figure(`${label}: ${words.worst}`, count(device.perInference.worst), device.provenance),
    figure(`${words.latencySeconds}: ${words.median}`, withUnit(seconds.median, 's'), kind, basis),
    figure(`${words.latencySeconds}: ${words.p95}`, withUnit(seconds.p95, 's'), kind, basis),
    figure(`${words.latencySeconds}: ${words.worst}`, withUnit(seconds.worst, 's'), kind, basis),
  ];
}

function memoryFigures(summary: Summary, words: Words, figure: MakeFigure): Figure[] {
  const { device, constraints } = summary;
  const budget = (limit: number | undefined): string => budgetNote(words, limit, bytes);
  return [
    figure(words.flash, `${count(device.flashBytes)} B`, 'counted', budget(constraints.flashBytes)),
    figure(words.ram, `${count(device.ramBytes)} B`, 'counted', budget(constraints.ramBytes)),
    figure(words.stackWorst, `${count(device.stackBytes)} B`, 'counted'),
    figure(words.stackUsed, `${count(device.stackUsedBytes)} B`, device.provenance),
  ];
}

function provenanceRows(summary: Summary, words: Words): { label: string; value: string }[] {
  const { dataset, target, flash } = summary;
  const { train, validation, test } = dataset.samples;
  return [
    { label: words.dataset, value: `${dataset.name} (SHA-256 ${dataset.hash.slice(0, 16)})` },
    { label: words.frontEnd, value: dataset.frontEnd },
    { label: words.samplesBySplit, value: `${count(train)} / ${count(validation)} / ${count(test)}` },
    { label: words.skipped, value: `${count(dataset.skippedFiles)} / ${count(dataset.duplicatesRemoved)}` },
    {
      label: words.target,
      value: `${target.title} (${target.name}, ${target.core}, ${count(target.clockHz / 1e6)} MHz)`,
    },
    { label: words.ranOn, value: target.ranOn },
    {
      label: words.flashing,
      value: `${count(flash.bytes)} B, ${flash.seconds.toFixed(1)} s, ${flash.loader}, ${flash.verified}`,
    },
    { label: words.modelHash, value: summary.model.hash },
    { label: words.seed, value: String(summary.seed) },
    { label: words.tool, value: summary.tool },
    { label: words.command, value: summary.command },
    { label: words.created, value: summary.created },
  ];
}

export function reportView(summary: Summary, language: Language): ReportView {
  const words = wordsOf[language];
  const figure: MakeFigure = (label, value, kind, note = '') => ({
    label,
    value,
    kind: kind === undefined ? '' : kindWord(words, kind),
    note,
  });
  const { model, operations, energy } = summary;
  return {
    language,
    words,
    name: summary.name,
    emulated: summary.target.emulated,
    banner: summary.target.emulated ? words.simulatedBanner : words.measuredBanner,
    keyFigures: keyFigures(summary, words, figure),
    accuracyRows: accuracyRows(summary, words),
    chance: percent(summary.accuracy.chance),
    charts: {
      learning: learningChart(summary, words),
      confusion: confusionChart(summary, words),
      rates: rateChart(summary, words),
      layerTime: layerTimeChart(summary, words),
      distribution: distributionChart(summary, words),
    },
    genotype: model.genotype,
    layers: byLayerRows(summary, words),
    modelFigures: [
      figure(words.parameters, count(model.parameters)),
      figure(
        words.weights,
        `${count(model.keptWeights)} / ${count(model.weights)}`,
        undefined,
        percent(model.keptWeights / model.weights),
      ),
      figure(words.timesteps, count(model.timesteps)),
      figure(words.hiddenRate, percent(model.hiddenFiringRate), 'counted'),
      figure(words.storedWeights, bytes(model.storedBytes), 'counted'),
    ],
    operations: [
      figure(words.denseConnections, count(operations.denseConnections)),
      figure(words.synapticOperations, count(operations.synapticOperations)),
      figure(words.bitSynapticOperations, count(operations.bitSynapticOperations)),
      figure(words.multiplyAccumulates, count(operations.multiplyAccumulates)),
    ],
    deviceFigures: deviceFigures(summary, words, figure),
    sections: summary.device.sections.map(({ name, memory, bytes: size }) => ({
      name,
      memory,
      bytes: count(size),
    })),
    memoryFigures: memoryFigures(summary, words, figure),
    energyFigures: [
      figure(words.boardModel, withUnit(energy.board.joules, 'J'), 'predicted', energy.board.basis),
      figure(words.paperModel, withUnit(energy.paper.joules, 'J'), 'predicted', energy.paper.basis),
      figure(words.sleepPower, withUnit(energy.board.sleepWatts, 'W'), 'predicted', energy.board.basis),
    ],
    stages: Object.entries(summary.stages).map(([name, seconds]) => ({ name, seconds: seconds.toFixed(1) })),
    provenance: provenanceRows(summary, words),
  };
}
