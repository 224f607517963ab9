import { expect } from 'chai';
import { count, percent, withUnit } from '../../src/report/format.js';
import { renderReport } from '../../src/report/render.js';
import { parseSummary } from '../../src/report/summary.js';
import { wordsOf } from '../../src/report/words.js';
import { sampleSummary } from '../support/sample-summary.js';

describe('report', () => {
  const page = renderReport(sampleSummary(), 'en');

  it('is one self-contained page: no script, no link to anything outside', () => {
    expect(page).to.not.match(/<script|<link|<img|@import|url\((?!#)/);
    const addresses = [...page.matchAll(/https?:\/\/[^"' ]+/g)].map(([address]) => address);
    expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).to.deep.equal([]);
  });

  it('shows figures in both languages, with inline charts', () => {
    expect(page).to.include(wordsOf.en.simulatedBanner).and.include(wordsOf.ja.simulatedBanner);
    expect(page.match(/<svg /g)).to.have.length(10);
    expect(page).to.include('85.00 %');
  });

  it('shows predicted beside measured instructions of a layer', () => {
    expect(page).to.include('<td class="number">512</td><td>input-dense</td><td>bytes</td>');
    expect(page).to.include('<td>bytes</td><td class="number">1,040</td><td class="number">1,000</td>');
  });

  it('labels what an emulator produced as simulated', () => {
    expect(page).to.match(
      /Instructions an inference: Median<\/td><td class="number">100,000<\/td><td><span class="kind">simulated/,
    );
    const onSilicon = sampleSummary();
    onSilicon.target.emulated = false;
    onSilicon.device.provenance = 'measured';
    const silicon = renderReport(onSilicon, 'en');
    expect(silicon).to.include(wordsOf.en.measuredBanner).and.not.include(wordsOf.en.simulatedBanner);
  });

  it('opens in the language asked for', () => {
    expect(page).to.match(/id="language-en"[^>]* checked/);
    expect(renderReport(sampleSummary(), 'ja')).to.match(/id="language-ja"[^>]* checked/);
  });

  it('escapes names', () => {
    expect(page).to.include('sample &lt;run&gt;').and.not.include('sample <run>');
    expect(page).to.not.include('a <b> & c');
  });

  it('has every word in Japanese too', () => {
    const untranslated = Object.entries(wordsOf.en).filter(
      ([key, word]) => key !== 'bitSynapticOperations' && word === wordsOf.ja[key as keyof typeof wordsOf.ja],
    );
    expect(untranslated).to.deep.equal([]);
  });

  it('refuses a summary of another version', () => {
    expect(() => parseSummary({ ...sampleSummary(), schemaVersion: 2 })).to.throw();
  });
});

describe('report figures', () => {
  it('keeps three digits and the right prefix', () => {
    expect(withUnit(0.00143, 's')).to.equal('1.43 ms');
    expect(withUnit(2.5e-8, 'J')).to.equal('25 nJ');
    expect(withUnit(0, 'J')).to.equal('0 J');
  });

  it('writes counts and fractions', () => {
    expect(count(1234567)).to.equal('1,234,567');
    expect(percent(0.12345, 2)).to.equal('12.35 %');
  });
});
