import type { PowerFigure, PowerResult } from '../../measure/power/result.js';
import { count, withUnit } from '../../report/format.js';

/** Rows of the table of `litesnn measure`: figure, value, how known. */
export function powerRows(power: PowerResult): string[][] {
  const { gross, net, active, baseline, sleep, losses, duty, provenance } = power;
  const row = (name: string, figure: PowerFigure, unit: string): string[] => [
    name,
    `${withUnit(figure.mean, unit)} (${withUnit(figure.interval[0], unit)} to ${withUnit(figure.interval[1], unit)})`,
    provenance,
  ];
  return [
    row('energy of an inference, gross', gross, 'J'),
    row('energy of an inference, net of waiting', net, 'J'),
    row('current while inferring', active, 'A'),
    row('current while waiting', baseline, 'A'),
    ...(sleep === undefined ? [] : [row('current asleep', sleep, 'A')]),
    ...(duty === undefined ? [] : dutyRows(duty, provenance)),
    ['current samples lost', `${count(losses.lost)} of ${count(losses.expected)}`, provenance],
  ];
}

const SECONDS_A_DAY = 86_400;

function dutyRows(
  { periodSeconds, averageWatts, battery }: NonNullable<PowerResult['duty']>,
  provenance: string,
): string[][] {
  const rows = [
    [
      `average power, an inference every ${withUnit(periodSeconds, 's')}`,
      withUnit(averageWatts, 'W'),
      provenance,
    ],
  ];
  if (battery !== undefined) {
    rows.push([
      'battery life at that',
      `${(battery.lifeSeconds / SECONDS_A_DAY).toPrecision(3)} days`,
      provenance,
    ]);
  }
  return rows;
}
