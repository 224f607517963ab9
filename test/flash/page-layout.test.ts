import { expect } from 'chai';
import { layoutFor, pages, pagesTouched } from '../../src/flash/stm32-uart/page-layout.js';
import { findProduct, products } from '../../src/flash/stm32-uart/products.js';

describe('page layouts', () => {
  it('touch only the pages that an image needs', () => {
    expect(pagesTouched(pages(2048), 0, 1).map((page) => page.number)).to.deep.equal([0]);
    expect(pagesTouched(pages(2048), 0, 2048)).to.have.length(1);
    expect(pagesTouched(pages(2048), 0, 2049)).to.have.length(2);
    expect(pagesTouched(pages(2048), 2048, 4096).map((page) => page.number)).to.deep.equal([1, 2]);
    expect(pagesTouched(pages(2048), 0, 0)).to.deep.equal([]);
  });

  it('know the sectors of an STM32F4, and that they start again in its second bank', () => {
    const f407 = pagesTouched(findProduct(0x413)!.layout, 0, 0x100000);
    expect(f407.map((page) => page.bytes / 1024)).to.deep.equal([
      16, 16, 16, 16, 64, 128, 128, 128, 128, 128, 128, 128,
    ]);
    const f42x = pagesTouched(findProduct(0x419)!.layout, 0, 0x200000);
    expect(f42x).to.have.length(24);
    expect(f42x[12]).to.deep.equal({ number: 12, offset: 0x100000, bytes: 16384 });
  });

  it('let the target choose where an option bit does, and refuse a contradiction', () => {
    const g474 = findProduct(0x469);
    expect(layoutFor(g474, 2048)).to.deep.equal(pages(2048));
    expect(layoutFor(g474, 4096)).to.deep.equal(pages(4096));
    expect(layoutFor(g474, 1024)).to.equal(undefined);
    expect(layoutFor(undefined, 1024)).to.deep.equal(pages(1024));
    expect(layoutFor(findProduct(0x413), 2048)).to.equal(findProduct(0x413)?.layout);
  });

  it('cover whole parts, each product id once', () => {
    expect(new Set(products.map((product) => product.id)).size).to.equal(products.length);
    for (const product of products) {
      const units = pagesTouched(product.layout, 0, product.flashBytes);
      const last = units[units.length - 1];
      expect(last.offset + last.bytes, product.name).to.equal(product.flashBytes);
    }
  });
});
