import { ExitCode, LitesnnError } from '../../core/errors.js';
import { toolVersion } from '../../core/version.js';
import { CALIBRATION_SCHEMA_VERSION, type Calibration, type MeasuredNetwork } from './calibration-file.js';
import { fitModel, type FittedModel } from './regression.js';

/** A measured network and how it was measured. */
export interface MeasuredBoard {
  readonly network: MeasuredNetwork;
  readonly provenance: Calibration['provenance'];
  readonly board: Omit<Calibration['board'], 'serial'>;
  readonly analyzer: Calibration['analyzer'];
}

export interface CalibrationFacts {
  readonly command: string;
  readonly serial?: string | undefined;
  readonly temperatureCelsius?: number | undefined;
  readonly created: string;
}

/**
 * Fits time, gross and net energy to measurements of one board.
 * @throws LitesnnError CALIBRATION_MIXED, CALIBRATION_TOO_FEW (exit 2), CALIBRATION_VALUES (exit 8)
 */
export function fitCalibration(measured: readonly MeasuredBoard[], facts: CalibrationFacts): Calibration {
  checkSameBoard(measured);
  const networks = measured.map(({ network }) => network);
  const fitted = (quantity: keyof Calibration['quantities']): Calibration['quantities']['seconds'] =>
    plain(
      fitModel(
        networks.map((network) => ({
          group: network.modelHash,
          features: network.features,
          value: network[quantity],
        })),
      ),
    );
  const quantities = {
    seconds: fitted('seconds'),
    grossJoules: fitted('grossJoules'),
    netJoules: fitted('netJoules'),
  };
  const [{ provenance, board, analyzer }] = measured;
  const { command, serial, temperatureCelsius, created } = facts;
  return {
    schemaVersion: CALIBRATION_SCHEMA_VERSION,
    kind: 'calibration',
    tool: `litesnn ${toolVersion}`,
    command,
    created,
    provenance,
    board: { ...board, ...(serial === undefined ? {} : { serial }) },
    analyzer,
    ...(temperatureCelsius === undefined ? {} : { temperatureCelsius }),
    networks,
    quantities,
  };
}

/** As the file's schema has it, whose arrays are not read-only. */
function plain(model: FittedModel): Calibration['quantities']['seconds'] {
  return {
    ...model,
    covariance: model.covariance.map((row) => [...row]),
    residuals: [...model.residuals],
  };
}

/** What has to be the same in all measurements, in words. */
function identityOf({ provenance, board, analyzer }: MeasuredBoard): readonly (readonly [string, string])[] {
  return [
    ['provenance', provenance],
    ['board', board.target],
    ['clock', `${board.clockHz} Hz`],
    ['supply', `${analyzer.supplyVolts} V`],
    ['analyzer', analyzer.kind],
  ];
}

function checkSameBoard([first, ...others]: readonly MeasuredBoard[]): void {
  for (const other of others) {
    const expected = identityOf(first);
    const different = identityOf(other).findIndex(([, value], i) => value !== expected[i][1]);
    if (different < 0) continue;
    const [what, value] = identityOf(other)[different];
    throw new LitesnnError(
      'CALIBRATION_MIXED',
      ExitCode.usage,
      `${first.network.name} and ${other.network.name} differ in their ${what}: ${expected[different][1]}, ${value}`,
      {
        hint: 'calibrate one board with one analyzer at a time; simulated and measured figures are never mixed',
      },
    );
  }
}
