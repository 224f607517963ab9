import { existsSync } from 'node:fs';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { readBytes, writeAtomic } from '../../core/files.js';
import { abortable } from '../../flash/abortable.js';
import { openLink } from '../../flash/link/open-link.js';
import { readMcubootImage, securityCounterOf } from '../../flash/mcuboot/image-format.js';
import { imageVersionText, parseImageVersion } from '../../flash/mcuboot/image-version.js';
import { KEY_KINDS, keyKindOf, newKeyPem, readPrivateKey, readPublicKey } from '../../flash/mcuboot/keys.js';
import { checkDigest, signImage, verifyImage } from '../../flash/mcuboot/sign.js';
import {
  confirmImage,
  listImages,
  resetDevice,
  type SlotImage,
  testImage,
} from '../../flash/smp/image-state.js';
import { SmpClient } from '../../flash/smp/smp-client.js';
import { uploadImage } from '../../flash/smp/upload.js';
import type { CommandResult } from '../context.js';
import { parseCount, parseSeed } from '../numbers.js';
import { text } from '../options.js';
import type { RegisterCommand } from '../register.js';
import { table } from '../table.js';

const imageOption = { ...text, demandOption: true, describe: 'signed image' } as const;

const portOptions = {
  port: { ...text, demandOption: true, describe: 'port: a path, rfc2217://host:port or tcp://host:port' },
  baud: { ...text, describe: 'baud rate; default 115200' },
} as const;

interface PortArguments {
  readonly port: string;
  readonly baud: string | undefined;
}

async function withClient<T>(
  { port, baud }: PortArguments,
  signal: AbortSignal,
  work: (client: SmpClient) => Promise<T>,
): Promise<T> {
  const link = await openLink(port, { baud: parseCount(baud, 'baud') ?? 115_200 });
  return abortable(link, signal, 'mcuboot', async () => {
    try {
      return await work(new SmpClient(link));
    } finally {
      await link.close();
    }
  });
}

function slotsAnswer(images: readonly SlotImage[]): CommandResult {
  const rows = images.map(({ image, slot, version, hash, active, confirmed, pending, permanent }) => ({
    ...{ image, slot, version, active, confirmed, pending, permanent },
    hash: hash === undefined ? undefined : Buffer.from(hash).toString('hex'),
  }));
  const flags = ['active', 'confirmed', 'pending', 'permanent'] as const;
  return {
    json: { images: rows },
    text: table(
      ['image', 'slot', 'version', 'state', 'hash'],
      rows.map((row) => [
        String(row.image),
        String(row.slot),
        row.version,
        flags.filter((flag) => row[flag]).join(' '),
        row.hash ?? '',
      ]),
    ),
  };
}

/** `litesnn mcuboot keygen|sign|info|list|upload|test|confirm|reset`: MCUboot's images and its serial protocol, by hand. */
export const registerMcuboot: RegisterCommand = (parser, context, finish) => {
  const { signal, progress } = context;
  parser.command('mcuboot', 'signed images for MCUboot, and what is in its slots', (args) =>
    args
      .command(
        'keygen',
        'make a private key',
        (own) =>
          own
            .option('kind', { choices: KEY_KINDS, default: KEY_KINDS[0], requiresArg: true })
            .option('out', { ...text, demandOption: true, describe: 'PEM file to write; never overwritten' }),
        ({ kind, out }) => {
          if (existsSync(out)) {
            throw new LitesnnError('MCUBOOT_KEY', ExitCode.usage, `${out} is there already`, {
              hint: 'a lost key cannot be made again: choose another name',
            });
          }
          writeAtomic(out, newKeyPem(kind), 0o600);
          finish({ json: { out, kind }, text: `${out}: keep it secret, and in two places` });
        },
      )
      .command(
        'sign',
        'turn firmware into an image that MCUboot starts',
        (own) =>
          own.options({
            image: { ...text, demandOption: true, describe: 'firmware (.bin), linked behind the header' },
            key: { ...text, demandOption: true, describe: 'private key (PEM)' },
            'image-version': { ...text, demandOption: true, describe: 'for example 1.2.3+4' },
            'security-counter': { ...text, describe: 'against older images' },
            'header-bytes': { ...text, describe: 'before the vector table, a multiple of 32; default 512' },
            out: { ...text, demandOption: true, describe: 'file to write' },
          }),
        (own) => {
          const headerBytes = parseCount(own['header-bytes'], 'header-bytes') ?? 512;
          if (headerBytes % 32 !== 0 || headerBytes > 0xffe0) {
            throw new LitesnnError(
              'USAGE',
              ExitCode.usage,
              '--header-bytes must be a multiple of 32 below 65536',
            );
          }
          const securityCounter = parseSeed(own['security-counter'], 'security-counter');
          const file = signImage(readBytes(own.image), {
            key: readPrivateKey(own.key),
            version: parseImageVersion(own['image-version']),
            headerBytes,
            ...(securityCounter === undefined ? {} : { securityCounter }),
          });
          writeAtomic(own.out, file);
          finish({ json: { out: own.out, bytes: file.length }, text: `${own.out}: ${file.length} bytes` });
        },
      )
      .command(
        'info',
        'take a signed image apart and check it',
        (own) => own.options({ image: imageOption, key: { ...text, describe: 'key to check it with' } }),
        ({ image: path, key }) => {
          const bytes = readBytes(path);
          const image = readMcubootImage(bytes);
          const publicKey = key === undefined ? undefined : readPublicKey(key);
          if (publicKey === undefined) checkDigest(image);
          else verifyImage(bytes, image, publicKey);
          const json = {
            version: imageVersionText(image.version),
            headerBytes: image.headerBytes,
            firmwareBytes: image.firmware.length,
            bytes: image.bytes,
            hash: Buffer.from(image.digest).toString('hex'),
            securityCounter: securityCounterOf(image),
            signature: publicKey === undefined ? 'not checked' : keyKindOf(publicKey),
          };
          const rows = Object.entries(json).map(([name, value]) => [
            name,
            value === undefined ? '-' : String(value),
          ]);
          finish({ json, text: table(['what', 'value'], rows) });
        },
      )
      .command(
        'list',
        'what is in the slots',
        (own) => own.options(portOptions),
        async (own) => {
          finish(slotsAnswer(await withClient(own, signal, listImages)));
        },
      )
      .command(
        'upload',
        'send a signed image, from where an earlier attempt ended',
        (own) => own.options({ ...portOptions, image: imageOption }),
        async (own) => {
          const bytes = readBytes(own.image);
          const image = readMcubootImage(bytes);
          checkDigest(image);
          await withClient(own, signal, async (client) => {
            const task = progress.start('upload', image.bytes);
            try {
              await uploadImage(client, bytes.subarray(0, image.bytes), {
                onBytes: (done) => {
                  task.update(done);
                },
              });
            } finally {
              task.finish();
            }
            finish(slotsAnswer(await listImages(client)));
          });
        },
      )
      .command(
        'test',
        'run an image of the second slot once, at the next reset',
        (own) => own.options({ ...portOptions, image: imageOption }),
        async (own) => {
          const { digest } = readMcubootImage(readBytes(own.image));
          finish(slotsAnswer(await withClient(own, signal, (client) => testImage(client, digest))));
        },
      )
      .command(
        'confirm',
        'keep the running image',
        (own) => own.options(portOptions),
        async (own) => {
          finish(slotsAnswer(await withClient(own, signal, (client) => confirmImage(client))));
        },
      )
      .command(
        'reset',
        'restart the device',
        (own) => own.options(portOptions),
        async (own) => {
          const answered = await withClient(own, signal, resetDevice);
          finish({ json: { answered }, text: answered ? 'it restarts' : 'asked, but it did not answer' });
        },
      )
      .demandCommand(1, 'name what to do: keygen, sign, info, list, upload, test, confirm or reset'),
  );
};
