import yargs, { type Argv } from 'yargs';
import { messageOf } from '../core/errors.js';
import { toolVersion } from '../core/version.js';
import { commands } from './commands/index.js';
import type { CommandContext, CommandResult } from './context.js';
import type { GlobalArguments } from './register.js';
import { usageError } from './usage-error.js';

/** The whole grammar. Parsing runs the command that is named; it throws what that throws, and usage errors as LitesnnError. */
export function createParser(
  argv: readonly string[],
  context: CommandContext,
  finish: (result: CommandResult) => void,
): Argv<GlobalArguments> {
  const parser = yargs()
    .scriptName('litesnn')
    .usage('$0 <command>: from labelled recordings and a board to measured spiking firmware')
    .option('json', { type: 'boolean', default: false, global: true, describe: 'print the result as JSON' })
    .version(toolVersion)
    // Messages are read below; and of an option that is given twice, the last counts.
    .locale('en')
    .parserConfiguration({ 'duplicate-arguments-array': false })
    .strict()
    .recommendCommands()
    .demandCommand(1, 'name a command; --help lists them')
    .exitProcess(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      // The parser's own complaints come as a message, some of them as an error of its own kind as well.
      if (error !== undefined && error.name !== 'YError') throw error;
      throw usageError(message ?? messageOf(error), argv);
    });
  for (const register of commands) register(parser, context, finish);
  return parser;
}
