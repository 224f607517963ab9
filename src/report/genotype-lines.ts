import type { Genotype } from '../search/genotype.js';

/** A genotype in words, one line a row. */
export function genotypeLines(genotype: Genotype): string[] {
  const { stem, nodes, cells, timesteps, space, headBits } = genotype;
  return [
    `space ${space}, ${timesteps} timestep${timesteps === 1 ? '' : 's'}`,
    `stem: ${stem.width} channels, ${stem.kernel.height}x${stem.kernel.width}, stride ${stem.stride.height}x${stem.stride.width}`,
    ...nodes.map(
      ({ inputs }, index) =>
        `node${index} = ${inputs.map(({ operation, from, weight }) => `${operation}(${from}) [${weight.toFixed(2)}]`).join(' + ')}`,
    ),
    ...cells.map(
      ({ width, level, bits, keep }, index) =>
        `cell ${index}: ${width} channels a node, resolution ${level}, ${bits} bit, ${(keep * 100).toFixed(0)} % of the weights kept`,
    ),
    `head: ${headBits} bit`,
  ];
}
