import { parentPort, workerData } from 'node:worker_threads';
import { instantiateKernels } from './kernels.js';
import { TeamMember } from './team.js';
import type { TeamWorkerData } from './pool.js';

/** Body of a team's thread: ready, then obedient until told to stop. */
const { module, memory, setup, thread } = workerData as TeamWorkerData;
const member = new TeamMember(setup, instantiateKernels(module, memory), memory, thread);
parentPort?.postMessage('ready');
member.obey();
