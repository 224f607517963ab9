import { ExitCode, LitesnnError } from '../../core/errors.js';

/** Version of an MCUboot image: three numbers, and the build's. */
export interface ImageVersion {
  /** 0..255. */
  readonly major: number;
  /** 0..255. */
  readonly minor: number;
  /** 0..65535. */
  readonly revision: number;
  /** 0..2^32 - 1. */
  readonly build: number;
}

const MOST = [0xff, 0xff, 0xffff, 0xffff_ffff] as const;

/**
 * `1.2.3`, `1.2.3+4` (as imgtool takes it) or `1.2.3.4` (as MCUboot prints it).
 * @throws LitesnnError MCUBOOT_VERSION (exit 2)
 */
export function parseImageVersion(text: string): ImageVersion {
  const numbers = numbersOf(text);
  if (numbers === undefined) {
    const message = `${JSON.stringify(text)} is no version of an image`;
    throw new LitesnnError('MCUBOOT_VERSION', ExitCode.usage, message, {
      hint: 'write it as 1.2.3 or 1.2.3+4: up to 255.255.65535+4294967295',
    });
  }
  const [major, minor, revision, build] = numbers;
  return { major, minor, revision, build };
}

export function isImageVersion(text: string): boolean {
  return numbersOf(text) !== undefined;
}

function numbersOf(text: string): number[] | undefined {
  const parts = /^(\d{1,10})\.(\d{1,10})\.(\d{1,10})(?:[+.](\d{1,10}))?$/.exec(text);
  const numbers = (parts?.slice(1) ?? []).map((part: string | undefined) => Number(part ?? 0));
  return numbers.length === 0 || numbers.some((value, i) => value > MOST[i]) ? undefined : numbers;
}

/** As MCUboot prints it: the build only where it is not 0. */
export function imageVersionText({ major, minor, revision, build }: ImageVersion): string {
  return [major, minor, revision, ...(build === 0 ? [] : [build])].join('.');
}

/** Below 0 where `a` is the older one. */
export function compareImageVersions(a: ImageVersion, b: ImageVersion): number {
  return a.major - b.major || a.minor - b.minor || a.revision - b.revision || a.build - b.build;
}
