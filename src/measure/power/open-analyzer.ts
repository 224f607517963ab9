import { ExitCode, LitesnnError } from '../../core/errors.js';
import { SerialLink } from '../../flash/link/serial-link.js';
import type { PowerAnalyzer } from './analyzer.js';
import { type PowerSpec, positiveOption } from './power-spec.js';
import { PPK2_BAUD, Ppk2Analyzer } from './ppk2/ppk2-analyzer.js';

/** An instrument on a port. Rejects with the errors of the port and of the instrument. */
export async function openAnalyzer(spec: PowerSpec, volts: number): Promise<PowerAnalyzer> {
  const secondsPerSecond = positiveOption(spec, 'scale', 1);
  switch (spec.kind) {
    case 'ppk2': {
      const mode = ppk2Mode(spec);
      return withLink(spec.place, PPK2_BAUD, (link) =>
        Ppk2Analyzer.open(link, { mode, volts, secondsPerSecond }),
      );
    }
    default:
      throw new LitesnnError('POWER_SPEC', ExitCode.usage, `${spec.kind} is not on a port of this machine`);
  }
}

function ppk2Mode({ options: { mode = 'source' } }: PowerSpec): 'source' | 'ampere' {
  if (mode === 'source' || mode === 'ampere') return mode;
  throw new LitesnnError('POWER_SPEC', ExitCode.usage, `a PPK2 has no mode "${mode}"`, {
    hint: 'mode=source feeds the board, mode=ampere measures what something else feeds it with',
  });
}

async function withLink(
  path: string,
  baud: number,
  open: (link: SerialLink) => Promise<PowerAnalyzer>,
): Promise<PowerAnalyzer> {
  const link = await SerialLink.open({ path, baud });
  try {
    return await open(link);
  } catch (error) {
    await link.close();
    throw error;
  }
}
