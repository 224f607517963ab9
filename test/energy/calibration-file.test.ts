import { expect } from 'chai';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calibrationPage, validationPage } from '../../src/cli/answers/prediction-pages.js';
import { Random } from '../../src/core/random.js';
import {
  calibrationFor,
  readCalibration,
  writeCalibration,
  type Calibration,
} from '../../src/energy/calibration/calibration-file.js';
import { FEATURES, type Features } from '../../src/energy/calibration/features.js';
import { fitCalibration, type MeasuredBoard } from '../../src/energy/calibration/fit-calibration.js';
import {
  makePrediction,
  readPrediction,
  writePrediction,
} from '../../src/energy/calibration/prediction-file.js';
import { checkTolerance, validate, type MeasuredAfter } from '../../src/energy/calibration/validation.js';
import { renderPredictions } from '../../src/report/render.js';
import { loadTarget } from '../../src/targets/load.js';
import { temporaryFolder } from '../support/firmware-project.js';

const analyzer = {
  description: 'virtual analyzer',
  kind: 'virtual-ppk2',
  sampleHz: 100_000,
  supplyVolts: 3,
  statedError: 0.1,
  statedErrorSource: 'test',
};
const board = { target: 'mps2-an386', core: 'cortex-m4', clockHz: 25e6, ranOn: 'emulated' };

function measured(random: Random, index: number): MeasuredBoard {
  const features = Object.fromEntries(
    FEATURES.map((name) => [name, 1e5 * (0.5 + random.uniform())]),
  ) as Features;
  const cycles = FEATURES.filter((name) => name.startsWith('cycles.')).reduce(
    (sum, name) => sum + features[name],
    0,
  );
  const network = {
    name: `network ${index}`,
    inputs: 'made up',
    modelHash: String(index).repeat(64),
    buildId: 'b'.repeat(32),
    date: '2026-01-02T00:00:00.000Z',
    inferences: 5,
    features,
    seconds: cycles / 25e6,
    grossJoules: cycles * 3.5e-10 * (1 + 0.01 * random.gaussian()),
    netJoules: cycles * 2.5e-10,
  };
  return { network, provenance: 'simulated', board, analyzer };
}

const facts = { command: 'litesnn calibrate', created: '2026-01-03T00:00:00.000Z', serial: 'board 7' };

describe('calibration files', () => {
  const folder = temporaryFolder();
  const random = Random.fromSeed(31);
  const runs = Array.from({ length: 6 }, (_, i) => measured(random, i));
  const calibration = fitCalibration(runs, facts);
  const path = join(folder.path, 'calibration.json');
  const later = measured(random, 8).network;

  function prediction(created = '2026-01-04T00:00:00.000Z'): ReturnType<typeof makePrediction> {
    const { modelHash, features } = later;
    return makePrediction(calibration, 'c'.repeat(64), {
      command: '',
      created,
      target: board.target,
      modelHash,
      features,
    });
  }
  const measuredAfter: MeasuredAfter = {
    ...later,
    target: board.target,
    provenance: 'simulated',
    date: '2026-01-05T00:00:00.000Z',
  };

  before(() => {
    writeCalibration(path, calibration);
  });

  after(() => {
    folder.remove();
  });

  it('hold everything that was fitted, and where it came from', () => {
    expect(readCalibration(path)).deep.equal(JSON.parse(JSON.stringify(calibration)));
    expect(calibration.board.serial).equal('board 7');
    expect(calibration.quantities.seconds.leftOut.mapePct).below(0.1);
    expect(calibration.quantities.grossJoules.leftOut.mapePct).within(0.1, 5);
  });

  it('are for one kind of board', () => {
    expect(calibrationFor(path, loadTarget('mps2-an386')).networks).length(6);
    expect(() => calibrationFor(path, loadTarget('mps2-an385')))
      .throw()
      .with.property('code', 'CALIBRATION_OTHER_BOARD');
  });

  it('are refused where they are damaged or not there', () => {
    const damaged = join(folder.path, 'damaged.json');
    const { networks, ...rest } = calibration;
    writeFileSync(damaged, JSON.stringify(rest));
    expect(networks).length(6);
    expect(() => readCalibration(damaged))
      .throw()
      .with.property('code', 'CALIBRATION_INVALID');
    rmSync(damaged);
    expect(() => readCalibration(damaged))
      .throw()
      .with.property('code', 'CALIBRATION_MISSING');
  });

  it('never mix what was simulated with what was measured, or two boards', () => {
    const mixed = (change: Partial<MeasuredBoard>): (() => Calibration) => {
      return () => fitCalibration([...runs, { ...measured(random, 7), ...change }], facts);
    };
    expect(mixed({ provenance: 'measured' })).throw(/provenance: simulated, measured/);
    expect(mixed({ board: { ...board, target: 'other' } })).throw(/board: mps2-an386, other/);
    expect(mixed({ analyzer: { ...analyzer, supplyVolts: 3.3 } })).throw(/supply: 3 V, 3.3 V/);
  });

  it('predict networks, and a prediction holds or does not', () => {
    const file = join(folder.path, 'prediction.json');
    writePrediction(file, prediction());
    const read = readPrediction(file);
    const validation = validate([{ prediction: read, measured: measuredAfter }]);
    expect(validation.grossJoules.errors.mapePct).below(6);
    expect(validation.grossJoules.coveragePct).equal(100);
    checkTolerance(validation, 0.06);
    const off = validate([
      { prediction: read, measured: { ...measuredAfter, grossJoules: 2 * measuredAfter.grossJoules } },
    ]);
    expect(off.grossJoules.errors.biasPct).within(-52, -48);
    expect(off.grossJoules.coveragePct).equal(0);
    expect(() => {
      checkTolerance(off, 0.05);
    })
      .throw(/ % off on average/)
      .with.property('exitCode', 9);
  });

  it('prove nothing by a prediction that came late, or for another network or kind of figure', () => {
    const code = (pair: Parameters<typeof validate>[0][number]): unknown => {
      try {
        return validate([pair]);
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code({ prediction: prediction('2026-01-06T00:00:00.000Z'), measured: measuredAfter })).equal(
      'PREDICTION_LATE',
    );
    expect(code({ prediction: prediction(), measured: { ...measuredAfter, modelHash: 'x' } })).equal(
      'PREDICTION_OTHER_MODEL',
    );
    expect(code({ prediction: prediction(), measured: { ...measuredAfter, provenance: 'measured' } })).equal(
      'PREDICTION_MIXED',
    );
  });

  it('are shown on a page without scripts or links, in two languages', () => {
    const validation = validate([{ prediction: prediction(), measured: measuredAfter }]);
    const file = {
      ...facts,
      schemaVersion: 1,
      kind: 'validation',
      tool: 'litesnn',
      provenance: 'simulated',
      confidence: 0.9,
      board: board.target,
      analyzer: analyzer.description,
      calibrations: ['c'],
      validation,
    } as const;
    for (const page of [calibrationPage(calibration), validationPage(file, path)]) {
      const html = renderPredictions(page, 'ja');
      expect(html).contain('Residuals').and.contain('残差').and.contain('Simulated').and.contain('network ');
      expect(html.match(/<svg/g)).length(12);
      expect(html).not.match(/<script|<link|src=|NaN|undefined/);
    }
    expect(readFileSync(path, 'utf8')).contain('"provenance": "simulated"');
  });
});
