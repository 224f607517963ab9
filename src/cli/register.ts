import type { Argv } from 'yargs';
import type { CommandContext, CommandResult } from './context.js';

/** Options that every command has. */
export interface GlobalArguments {
  readonly json: boolean;
}

/** Adds one command to the parser; its handler calls `finish` once with its answer, or throws. */
export type RegisterCommand = (
  parser: Argv<GlobalArguments>,
  context: CommandContext,
  finish: (result: CommandResult) => void,
) => void;
