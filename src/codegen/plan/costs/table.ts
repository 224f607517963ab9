/** Instructions of each part of the work (see ../work.ts), fitted to counts of the project's own kernels. */
export interface CostTable {
  /** Command, compiler and what the fit reached. */
  readonly source: string;
  readonly instructions: Readonly<Record<string, number>>;
}
