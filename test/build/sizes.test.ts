import { expect } from 'chai';
import { checkLimits } from '../../src/build/limits.js';
import { stm32Crc } from '../../src/core/stm32-crc.js';
import { parseSections, parseSymbols, sumLayers } from '../../src/build/sizes.js';
import { LitesnnError } from '../../src/core/errors.js';

describe('sizes of an image', () => {
  it('come from the sections that take memory', () => {
    const text =
      'firmware.elf  :\nsection  size  addr\n.vectors  128  65536\n.text 10912 65664\n.bss 2184 536883208\n.debug_info 41569 0\nTotal 5\n';
    expect(parseSections(text)).to.deep.equal([
      { name: '.vectors', bytes: 128, memory: 'flash' },
      { name: '.text', bytes: 10912, memory: 'flash' },
      { name: '.bss', bytes: 2184, memory: 'ram' },
    ]);
  });

  it('are added up by layer, from the names', () => {
    const symbols = parseSymbols(
      [
        'litesnn_layer0_edge0_weights R 70000 00000400',
        'litesnn_layer0_spikes r 70400 12',
        'litesnn_layer10_bias D 536883208 8',
        'litesnn_head_weights R 71000 27',
        'other_net_layer0_scratch b 536883300 16',
        'report_layer T 68024 116',
        'board_stack_top R 537145344 ',
      ].join('\n'),
    );
    expect(symbols[0]).to.deep.equal({ name: 'litesnn_layer0_edge0_weights', bytes: 400, memory: 'flash' });
    expect(sumLayers(symbols)).to.deep.equal([
      { layer: 0, flashBytes: 412, ramBytes: 16 },
      { layer: 10, flashBytes: 8, ramBytes: 8 },
      { layer: 'head', flashBytes: 27, ramBytes: 0 },
    ]);
  });

  it('are compared with the board and with the budget, the stack included', () => {
    const regions = { flash: { origin: 0, bytes: 1000 }, ram: { origin: 0x2000_0000, bytes: 1000 } };
    const need = {
      flashBytes: 900,
      staticRamBytes: 700,
      stackBytes: 300,
      symbols: [
        { name: 'weights', bytes: 800, memory: 'flash' as const },
        { name: 'context', bytes: 600, memory: 'ram' as const },
      ],
    };
    checkLimits('board', regions, need, { flashBytes: 900, ramBytes: 1000 });
    const complaint = (run: () => void) => {
      expect(run).to.throw(LitesnnError).with.property('exitCode', 3);
      try {
        run();
      } catch (error) {
        return (error as LitesnnError).message;
      }
      return '';
    };
    expect(
      complaint(() => {
        checkLimits('board', regions, { ...need, stackBytes: 301 }, {});
      }),
    ).to.equal(
      'the firmware needs 1001 bytes of RAM, 1 more than board allows (1000); largest: context 600, stack 301',
    );
    expect(
      complaint(() => {
        checkLimits('board', regions, need, { flashBytes: 899 });
      }),
    ).to.equal(
      'the firmware needs 900 bytes of flash, 1 more than the budget allows (899); largest: weights 800',
    );
  });
});

describe('CRC of an image', () => {
  it("is the STM32 CRC unit's", () => {
    const cases: readonly (readonly [Buffer, number])[] = [
      [Buffer.from('12345678'), 0xfefc54f9],
      [Buffer.alloc(4), 0xc704dd7b],
      [Buffer.alloc(256, 0xff), 0x7beaea80],
      [Buffer.alloc(1024, 0xff), 0xd000a3e2],
    ];
    for (const [bytes, crc] of cases) expect(stm32Crc(bytes)).to.equal(crc);
  });
});
