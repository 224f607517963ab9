import { z } from 'zod';
import type { TrainingGraph } from '../../training/graph.js';
import type { CostTerm } from '../costs.js';
import type { Constraint } from '../objective.js';
import type { GraphCosts } from './board-costs.js';
import { constraintTerms } from './constraints.js';
import type { Limits } from './limits.js';
import { Multipliers } from './multipliers.js';

/** What a search has to obey; plain data, part of what a checkpoint belongs to. */
export interface SearchConstraints {
  /** With their limits; absent where only accuracy is demanded. */
  readonly resources?: { readonly costs: GraphCosts; readonly limits: Limits } | undefined;
  /** Least accuracy, 0..1. */
  readonly accuracy?: number | undefined;
}

const stateSchema = z.strictObject({
  multipliers: z.array(z.number()),
  accuracy: z.array(z.number()),
  fractions: z.array(z.number()),
});

/** Multipliers of all constraints of a search: costs, updated at every step, and accuracy, at every epoch. */
export class DualAscent {
  private readonly terms: readonly CostTerm[];
  private readonly costs: Multipliers;
  private readonly error: Multipliers;
  private readonly leastAccuracy: number | undefined;
  /** Cost / budget at the last step. */
  private fractions: readonly number[] = [];

  constructor(
    graph: TrainingGraph,
    constraints: SearchConstraints | undefined,
    schedule: { readonly steps: number; readonly epochs: number },
  ) {
    const resources = constraints?.resources;
    this.terms = resources === undefined ? [] : constraintTerms(graph, resources.costs, resources.limits);
    this.costs = new Multipliers(this.terms.length, schedule.steps);
    this.leastAccuracy = constraints?.accuracy;
    this.error = new Multipliers(this.leastAccuracy === undefined ? 0 : 1, schedule.epochs);
  }

  constraints(): readonly Constraint[] {
    return this.terms.map((term, i) => ({ term, multiplier: this.costs.values[i] }));
  }

  /** The cross-entropy stands for the error: it weighs more while accuracy is too low. */
  get entropyWeight(): number {
    return 1 + this.error.values.reduce((sum, value) => sum + value, 0);
  }

  afterStep(fractions: readonly number[]): void {
    this.fractions = fractions;
    this.costs.update(fractions);
  }

  afterEpoch(accuracy: number): void {
    if (this.leastAccuracy === undefined) return;
    // At a demand of 100 % any error is too much.
    const allowed = Math.max(1e-3, 1 - this.leastAccuracy);
    this.error.update([(1 - accuracy) / allowed]);
  }

  /** `flash 112 % of budget (x3.1)`, for each constraint; the number in brackets is the multiplier. */
  text(): string {
    return this.terms
      .map(({ name }, i) => {
        const percent = ((this.fractions[i] ?? 0) * 100).toFixed(0);
        return `, ${name} ${percent} % of budget (x${this.costs.values[i].toFixed(1)})`;
      })
      .join('');
  }

  /** For the history: a multiplier for each constraint. */
  figures(): Record<string, number> {
    const costs = this.terms.map(({ name }, i) => [`${name}Multiplier`, this.costs.values[i]] as const);
    const error = [...this.error.values].map((value) => ['accuracyMultiplier', value] as const);
    return Object.fromEntries([...costs, ...error]);
  }

  /** Cost / budget by name. */
  named(fractions: readonly number[]): Record<string, number> {
    return Object.fromEntries(this.terms.map(({ name }, i) => [`${name}OfBudget`, fractions[i]]));
  }

  state(): unknown {
    return {
      multipliers: [...this.costs.values],
      accuracy: [...this.error.values],
      fractions: this.fractions,
    };
  }

  restore(saved: unknown): void {
    const { multipliers, accuracy, fractions } = stateSchema.parse(saved);
    this.costs.restore(multipliers);
    this.error.restore(accuracy);
    this.fractions = fractions;
  }
}
