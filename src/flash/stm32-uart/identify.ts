import type { Stm32UartSpec } from '../../targets/target.js';
import type { DeviceIdentity } from '../flasher.js';
import { Command } from './frames.js';
import { flashError, isStepFault } from './loader-errors.js';
import type { Stm32Loader } from './loader.js';
import { findProduct, productText } from './products.js';

const NEEDED = [Command.get, Command.getVersion, Command.getId, Command.read, Command.write];

const hexCode = (code: number): string => code.toString(16).padStart(2, '0');

/**
 * Under readout protection a loader refuses Read (and Write and Erase) but answers Get and Get ID: a Read of the first word tells, at
 * no cost to the part.
 */
async function isReadProtected(loader: Stm32Loader, address: number): Promise<boolean> {
  try {
    await loader.read(address, 4);
    return false;
  } catch (error) {
    if (isStepFault(error) && error.code === 'FLASH_NACK') return true;
    throw error;
  }
}

/** An STM32 always has a product id. */
export type Stm32Identity = DeviceIdentity & { readonly productId: number };

/** Asks everything that the checks need. Order as stm32flash has it: Get Version before Get. */
export async function identify(loader: Stm32Loader, wireBase: number): Promise<Stm32Identity> {
  const loaderVersion = await loader.getVersion();
  const { commands } = await loader.get();
  const productId = await loader.getId();
  return {
    protocol: 'stm32-uart',
    productId,
    productName: findProduct(productId)?.name ?? 'not in the table',
    loaderVersion,
    commands,
    readProtected: commands.includes(Command.read) && (await isReadProtected(loader, wireBase)),
  };
}

/** Refuses a device that this job is not for, before anything is erased. */
export function checkDevice(
  identity: Stm32Identity,
  imageBytes: number,
  target: { readonly name: string; readonly flasher: Stm32UartSpec },
): void {
  const { productId, commands } = identity;
  if (productId !== target.flasher.productId) {
    const found = productText(productId);
    const wanted = productText(target.flasher.productId);
    throw flashError(
      'FLASH_WRONG_CHIP',
      `this is product ${found}, ${target.name} has ${wanted}: nothing was changed`,
      'choose the right port, or the right --target',
      { found: productId, wanted: target.flasher.productId },
    );
  }
  if (identity.readProtected) {
    throw flashError(
      'FLASH_READ_PROTECTED',
      'the device is read-protected: nothing was changed',
      "remove the protection with the maker's tool (this erases the whole flash), then try again",
    );
  }
  const missing = NEEDED.filter((code) => !commands.includes(code));
  const canErase = commands.includes(Command.erase) || commands.includes(Command.extendedErase);
  if (missing.length > 0 || !canErase) {
    const names = [...missing.map(hexCode), ...(canErase ? [] : ['43 or 44'])].join(', ');
    throw flashError(
      'FLASH_LOADER_LACKS',
      `the boot loader lacks the commands ${names}`,
      'update the boot loader',
    );
  }
  const product = findProduct(productId);
  if (product !== undefined && imageBytes > product.flashBytes) {
    const message = `the image has ${imageBytes} bytes, ${product.name} has at most ${product.flashBytes}`;
    throw flashError(
      'FLASH_IMAGE_TOO_LARGE',
      message,
      'search with a smaller flash budget, or take a larger board',
    );
  }
}
