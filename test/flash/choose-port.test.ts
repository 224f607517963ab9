import { expect } from 'chai';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { choosePort, resolvePort } from '../../src/flash/link/choose-port.js';
import { type PortDescription, portsIn } from '../../src/flash/link/list-ports.js';
import { portHints } from '../../src/flash/link/port-hints.js';
import { failure, temporaryFolder } from '../data/fixtures.js';
import { fakeTarget } from './support/fixtures.js';

const target = { ...fakeTarget, usb: [{ vendor: 0x0483, product: 0x374b, name: 'ST-LINK/V2-1' }] };
const nucleo = (path: string, serialNumber: string): PortDescription => ({
  ...{
    path,
    serialNumber,
    vendorId: '0483',
    productId: '374b',
    name: 'ST-LINK/V2-1 of a Nucleo or Discovery board',
  },
});
const adapter: PortDescription = {
  path: '/dev/ttyUSB0',
  vendorId: '1a86',
  productId: '7523',
  serialNumber: 'A1',
};

describe('choice of a port', () => {
  const folder = temporaryFolder();

  it('takes the one port that is surely the board, and never one of two', async () => {
    expect(choosePort(target, [adapter, nucleo('/dev/ttyACM0', 'S1')]).path).to.equal('/dev/ttyACM0');
    const two = [nucleo('/dev/ttyACM0', 'S1'), nucleo('/dev/ttyACM1', 'S2')];
    const error = await failure('PORT_AMBIGUOUS', () => choosePort(target, two));
    expect(error.message).to.contain('/dev/ttyACM0').and.contain('S2');
    const none = await failure('PORT_NEEDED', () => choosePort(target, [adapter]));
    expect(none.hint).to.contain('/dev/ttyUSB0');
    await failure('PORT_NEEDED', () => choosePort(fakeTarget, two.slice(1)));
    await failure('PORT_NEEDED', () => choosePort(target, []));
  });

  it('finds a port by serial number', async () => {
    const ports = [adapter, nucleo('/dev/ttyACM0', 'S1'), nucleo('/dev/ttyACM1', 'S1')];
    expect(resolvePort('serial:A1', ports)).to.equal('/dev/ttyUSB0');
    expect(resolvePort('/dev/ttyS9', ports)).to.equal('/dev/ttyS9');
    expect(() => resolvePort('serial:none', ports)).to.throw('no port has the serial number none');
    await failure('PORT_AMBIGUOUS', () => resolvePort('serial:S1', ports));
  });

  it('reads ids and serial numbers from the kernel where there is no udev', () => {
    const device = join(folder(), 'devices', 'usb1', '1-2');
    const port = join(device, '1-2:1.2');
    mkdirSync(port, { recursive: true });
    const facts = {
      idVendor: '0483\n',
      idProduct: '374b\n',
      serial: '066DFF\n',
      manufacturer: 'STMicroelectronics\n',
    };
    for (const [name, value] of Object.entries(facts)) writeFileSync(join(device, name), value);
    const [dev, tty] = ['dev', 'tty'].map((name) => join(folder(), name));
    mkdirSync(dev);
    mkdirSync(join(tty, 'ttyACM0'), { recursive: true });
    symlinkSync(port, join(tty, 'ttyACM0', 'device'));
    for (const name of ['ttyACM0', 'ttyUSB3']) writeFileSync(join(dev, name), '');
    const [first, second] = portsIn(dev, tty);
    expect(first).to.include({ vendorId: '0483', productId: '374b', serialNumber: '066DFF' });
    expect(first.name).to.contain('ST-LINK');
    expect(second).to.deep.equal({ path: join(dev, 'ttyUSB3') });
  });

  it('says what stands in the way', () => {
    const well = {
      platform: 'linux',
      groups: [20],
      isRoot: false,
      hasUdev: true,
      modemManager: false,
    } as const;
    expect(portHints(well)).to.deep.equal([]);
    expect(portHints({ ...well, groups: [1000] })[0]).to.contain('dialout');
    expect(portHints({ ...well, groups: [], isRoot: true })).to.deep.equal([]);
    expect(portHints({ ...well, modemManager: true })[0]).to.contain('ModemManager');
    expect(portHints({ ...well, hasUdev: false })[0]).to.contain('udev');
    expect(portHints({ ...well, platform: 'darwin', groups: [] })).to.deep.equal([]);
  });
});
