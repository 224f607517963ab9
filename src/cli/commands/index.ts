import type { RegisterCommand } from '../register.js';
import { registerCalibrate } from './calibrate.js';
import { registerCompare } from './compare.js';
import { registerData } from './data.js';
import { registerDoctor } from './doctor.js';
import { registerEmulate } from './emulate.js';
import { registerFlash } from './flash.js';
import { registerExport } from './export.js';
import { registerImport } from './import.js';
import { registerInfer } from './infer.js';
import { registerMcuboot } from './mcuboot.js';
import { registerPlan } from './plan.js';
import { registerPorts } from './ports.js';
import { registerPredict } from './predict.js';
import { registerRun } from './run.js';
import { registerStages } from './stages.js';
import { registerTargets } from './targets.js';
import { registerValidate } from './validate.js';

/** Every command; adding one is its file and a line here. */
export const commands: readonly RegisterCommand[] = [
  registerRun,
  registerData,
  registerStages,
  registerCalibrate,
  registerPredict,
  registerValidate,
  registerFlash,
  registerCompare,
  registerPlan,
  registerInfer,
  registerImport,
  registerExport,
  registerTargets,
  registerPorts,
  registerMcuboot,
  registerDoctor,
  registerEmulate,
];
