import { ExitCode, LitesnnError } from '../core/errors.js';
import { closest } from '../targets/closest.js';
import { optionNames } from './options.js';

function usage(message: string, hint: string): LitesnnError {
  return new LitesnnError('USAGE', ExitCode.usage, message, { hint });
}

function listed(text: string): string[] {
  return text.split(',').map((part) => part.trim().replace(/^"|"$/g, ''));
}

function unknownArgument(names: readonly string[]): LitesnnError {
  const [name] = names;
  const near = closest(name, optionNames);
  const hint = near === undefined ? 'litesnn <command> --help lists the options' : `did you mean --${near}?`;
  return usage(`unknown argument: ${names.join(', ')}`, hint);
}

/** Each thing that the argument parser complains of, by its (English) words, in ours: what is wrong, and what to do. */
const translations: readonly [RegExp, (found: RegExpExecArray, argv: readonly string[]) => LitesnnError][] = [
  [
    /^Did you mean (\S+)\?$/,
    ([, near], argv) => {
      const words = argv.filter((word) => !word.startsWith('-'));
      const meant = words.find((word) => word !== near && closest(word, [near]) !== undefined);
      const hint = meant === undefined ? 'litesnn --help lists them' : `did you mean ${near}?`;
      return usage(`there is no command "${meant ?? words[0]}"`, hint);
    },
  ],
  [/^Unknown (?:argument|command)s?: (.+)$/, ([, names]) => unknownArgument(listed(names))],
  [
    /^Invalid values:\s+Argument: ([^,]+), Given: (.+), Choices: (.+)$/,
    ([, option, given, choices]) => {
      const known = listed(choices);
      const near = closest(listed(given)[0], known);
      const hint = near === undefined ? `one of: ${known.join(', ')}` : `did you mean ${near}?`;
      return usage(`--${option} ${listed(given).join(' ')} is not known`, hint);
    },
  ],
  [
    /^Missing required arguments?: (.+)$/,
    ([, names]) => {
      const options = listed(names).map((name) => `--${name}`);
      return usage(`${options.join(', ')} ${options.length > 1 ? 'are' : 'is'} needed`, '--help says more');
    },
  ],
  [
    /^Not enough arguments following: (.+)$/,
    ([, name]) => usage(`--${name} needs a value`, '--help says which'),
  ],
  [/^Not enough non-option arguments/, () => usage('an argument is missing', '--help says which')],
];

/** @param message of the argument parser */
export function usageError(message: string, argv: readonly string[]): LitesnnError {
  for (const [pattern, make] of translations) {
    const found = pattern.exec(message);
    if (found !== null) return make(found, argv);
  }
  return usage(message, 'litesnn --help');
}
