/** One network on one mix of inputs: what was expected and what came. */
export interface PredictedRow {
  readonly name: string;
  readonly predicted: number;
  readonly actual: number;
  readonly low: number;
  readonly high: number;
  readonly outside: readonly string[];
}

export interface PredictedQuantity {
  readonly quantity: 'grossJoules' | 'netJoules' | 'seconds';
  readonly unit: 'J' | 's';
  readonly errors: { readonly mapePct: number; readonly biasPct: number; readonly worstPct: number };
  readonly coveragePct: number;
  readonly rows: readonly PredictedRow[];
}

/** What the page of a calibration (each network left out once) or of a validation shows. */
export interface Predictions {
  readonly kind: 'calibration' | 'validation';
  readonly name: string;
  readonly provenance: 'simulated' | 'measured';
  /** Of the intervals, 0..1. */
  readonly confidence: number;
  readonly board: string;
  readonly analyzer: string;
  readonly tool: string;
  readonly command: string;
  readonly created: string;
  readonly quantities: readonly PredictedQuantity[];
  /** Joule a unit of each feature, with intervals; for a calibration. */
  readonly coefficients: readonly {
    readonly feature: string;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }[];
}
