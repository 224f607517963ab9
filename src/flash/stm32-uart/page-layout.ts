/** So many erase units of a size, in the order of their numbers; the last run of a layout goes on for ever. */
export interface PageRun {
  readonly count: number;
  readonly bytes: number;
}

export type PageLayout = readonly PageRun[];

/** What the product id of a part tells. */
export interface ProductRow {
  readonly id: number;
  readonly name: string;
  /** Of the largest part with this id. */
  readonly flashBytes: number;
  readonly layout: PageLayout;
  /** Where an option bit (dual or single bank) changes the pages. */
  readonly alternateLayout?: PageLayout;
  readonly ramFrom: number | undefined;
  readonly ramEnd: number | undefined;
  readonly massErase: boolean;
}

export function pages(bytes: number): PageLayout {
  return [{ count: Infinity, bytes }];
}

export function sectors(...runs: readonly (readonly [count: number, bytes: number])[]): PageLayout {
  return runs.map(([count, bytes]) => ({ count, bytes }));
}

export interface Page {
  readonly number: number;
  /** From the start of the flash. */
  readonly offset: number;
  readonly bytes: number;
}

/** The erase units that bytes `offset .. offset + length - 1` of the flash touch, ascending. */
export function pagesTouched(layout: PageLayout, offset: number, length: number): Page[] {
  const touched: Page[] = [];
  let position = 0;
  let number = 0;
  for (const { count, bytes } of layout) {
    for (let i = 0; i < count && position < offset + length; i++) {
      if (position + bytes > offset) touched.push({ number, offset: position, bytes });
      position += bytes;
      number += 1;
    }
  }
  return touched;
}

function isUniform(layout: PageLayout, bytes: number): boolean {
  return layout.every((run) => run.bytes === bytes);
}

/**
 * The layout to erase by. The table decides; the target's page size chooses between the two layouts of a part with a
 * bank option, and stands in for a part that the table lacks. Undefined where the two contradict each other.
 */
export function layoutFor(product: ProductRow | undefined, targetPageBytes: number): PageLayout | undefined {
  if (product === undefined) return pages(targetPageBytes);
  if (product.layout.length > 1) return product.layout;
  return [product.layout, product.alternateLayout].find(
    (layout) => layout !== undefined && isUniform(layout, targetPageBytes),
  );
}
