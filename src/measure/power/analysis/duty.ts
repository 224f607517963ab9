import type { AnalyzerIdentity } from '../analyzer.js';
import type { PowerFigure, PowerResult } from '../result.js';

export interface Battery {
  readonly coulombs: number;
  readonly volts: number;
}

/** How the product is used: an inference every so many seconds, asleep in between. */
export interface DutyCycle {
  readonly periodSeconds: number;
  readonly battery?: Battery | undefined;
}

/** @param rest current between inferences: asleep, or where that was not measured, waiting */
export function dutyFigures(
  { periodSeconds, battery }: DutyCycle,
  { gross, seconds }: Pick<PowerResult, 'gross' | 'seconds'>,
  rest: PowerFigure,
  { supplyVolts }: AnalyzerIdentity,
): NonNullable<PowerResult['duty']> {
  // A period shorter than the inference: it never rests.
  const period = Math.max(periodSeconds, seconds.mean);
  const restJoules = rest.mean * supplyVolts * (period - seconds.mean);
  const averageWatts = (gross.mean + restJoules) / period;
  const joules = battery === undefined ? 0 : battery.coulombs * battery.volts;
  return {
    periodSeconds: period,
    averageWatts,
    averageAmperes: averageWatts / supplyVolts,
    ...(battery === undefined
      ? {}
      : { battery: { joules, volts: battery.volts, lifeSeconds: joules / averageWatts } }),
  };
}
