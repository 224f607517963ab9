import { readImage } from '../../build/image.js';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { startVirtualBoard } from '../../emulator/start.js';
import { loadTarget } from '../../targets/load.js';
import { runOption } from '../options.js';
import { runFolder } from '../pipeline/run-folder.js';
import { readSettings } from '../pipeline/settings.js';
import type { RegisterCommand } from '../register.js';

/** `litesnn emulate`: an emulated board that stays, to be flashed and measured by its port like a real one. */
export const registerEmulate: RegisterCommand = (parser, context, finish) => {
  parser.command(
    'emulate',
    "keep the run's emulated board running until interrupted; use its port with --port",
    (args) => args.option('run', runOption),
    async (args) => {
      const folder = runFolder(args.run);
      const target = loadTarget(readSettings(folder).target);
      const board = await startVirtualBoard(target, { kernel: readImage(folder.bootloader).elf });
      const stop = (): void => void board.stop();
      context.signal.addEventListener('abort', stop);
      context.progress.note(`${board.description}; end with Ctrl-C`);
      finish({ json: { port: board.port, board: board.description }, text: board.port });
      const { status, stderr } = await board.exited;
      context.signal.removeEventListener('abort', stop);
      if (context.signal.aborted) return;
      throw new LitesnnError(
        'EMULATOR_ENDED',
        ExitCode.device,
        `the emulator ended (${status}) ${stderr}`.trim(),
        {
          hint: 'start it again',
        },
      );
    },
  );
};
