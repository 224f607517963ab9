/** What one inference of a network takes on a board. */
export interface BoardFigures {
  /** The whole firmware: code, tables, weights. */
  readonly flashBytes: number;
  /** Everything that changes, with the stack. */
  readonly ramBytes: number;
  readonly latencySeconds: number;
  readonly energyJoules: number;
}

export type Resource = keyof BoardFigures;

export const RESOURCES: readonly Resource[] = ['flashBytes', 'ramBytes', 'latencySeconds', 'energyJoules'];

/** Most that a network may take; what is absent is free. */
export type Limits = Partial<BoardFigures>;

/** Resources that depend on how often neurons fire; the others are settled by the network's shape. */
export const DEPENDS_ON_FIRING: readonly Resource[] = ['latencySeconds', 'energyJoules'];

export interface Excess {
  readonly resource: Resource;
  readonly needed: number;
  readonly limit: number;
}

/** The limits that figures pass, the worst first. */
export function excesses(figures: BoardFigures, limits: Limits): readonly Excess[] {
  return RESOURCES.flatMap((resource) => {
    const limit = limits[resource];
    return limit === undefined || figures[resource] <= limit
      ? []
      : [{ resource, needed: figures[resource], limit }];
  }).sort((a, b) => b.needed / b.limit - a.needed / a.limit);
}

/** How far outside the limits figures are: the sum of ln(needed / limit) over the limits that they pass; 0 within all. */
export function distance(figures: BoardFigures, limits: Limits): number {
  return excesses(figures, limits).reduce((sum, { needed, limit }) => sum + Math.log(needed / limit), 0);
}
