import { count } from '../../report/format.js';
import type { CommandResult } from '../context.js';
import { readFlashRecord } from '../pipeline/flash-stage.js';
import type { RunFolder } from '../pipeline/run-folder.js';

export function flashAnswer(folder: RunFolder): CommandResult {
  const record = readFlashRecord(folder);
  return {
    json: record,
    text: `${count(record.bytes)} bytes in ${record.seconds.toFixed(1)} s, verified by ${record.verified}; ${record.ranOn}`,
  };
}
