import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PtyPair {
  readonly near: string;
  readonly far: string;
  /** Both ends vanish, as when an adapter is pulled. */
  end(): Promise<void>;
}

export function hasSocat(): boolean {
  return spawnSync('socat', ['-V']).error === undefined;
}

/** Two pseudo terminals, joined. */
export async function openPtyPair(): Promise<PtyPair> {
  const folder = mkdtempSync(join(tmpdir(), 'litesnn-pty-'));
  const near = join(folder, 'near');
  const far = join(folder, 'far');
  const child = spawn('socat', [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`], {
    stdio: 'ignore',
  });
  const exited = new Promise<void>((resolve) => {
    child.on('exit', () => {
      resolve();
    });
  });
  for (let i = 0; i < 200 && !(existsSync(near) && existsSync(far)); i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    near,
    far,
    end: async () => {
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
