import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionNames } from '../../src/cli/options.js';
import { createParser } from '../../src/cli/parser.js';
import { messageOf } from '../../src/core/errors.js';
import { packageRoot } from '../../src/core/paths.js';
import { silentProgress } from '../../src/core/progress.js';

class Parsed extends Error {}

/** What is wrong with a command line, without running it; undefined when nothing is. */
async function complaint(argv: readonly string[]): Promise<string | undefined> {
  const context = { progress: silentProgress, signal: new AbortController().signal, command: '' };
  // Runs when everything was understood, just before the command would.
  const parser = createParser(argv, context, () => undefined).middleware(() => {
    throw new Parsed();
  });
  try {
    await parser.parseAsync([...argv]);
  } catch (error) {
    return error instanceof Parsed ? undefined : messageOf(error);
  }
  return 'no command ran';
}

interface Quoted {
  readonly where: string;
  readonly words: readonly string[];
  /** In a sentence, perhaps without what the command needs. */
  readonly mention: boolean;
}

function wordsOf(line: string): string[] {
  const command = line.replace(/\s+#.*$/, '').trim();
  return command.split(/\s+/).map((word) => word.replace(/^"(.*)"$/, '$1'));
}

/** Command lines in code blocks, and those in running text between backticks. */
function quotedIn(file: string, text: string): Quoted[] {
  const lines = text.split('\n');
  const found: Quoted[] = [];
  let inBlock = false;
  lines.forEach((line, index) => {
    const where = `${file}:${index + 1}`;
    if (line.startsWith('```')) inBlock = !inBlock;
    else if (inBlock) {
      const command = /^\s*(?:\$ )?(?:npx )?litesnn (.*)$/.exec(line);
      if (command !== null) found.push({ where, words: wordsOf(command[1]), mention: false });
    } else {
      for (const [, command] of line.matchAll(/`(?:npx )?litesnn ([^`]*)`/g)) {
        found.push({ where, words: wordsOf(command), mention: true });
      }
    }
  });
  return found;
}

function documents(): string[] {
  const docs = readdirSync(join(packageRoot, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...docs.map((name) => join('docs', name))];
}

/** A sentence may leave out what its reader adds; names of commands and options have to be right. */
const LEFT_OUT = /(is|are) needed$|^an argument is missing$|^inspect, check or convert$/;

describe('command lines in the documents', () => {
  const all = documents().flatMap((file) => quotedIn(file, readFileSync(join(packageRoot, file), 'utf8')));

  it('are found', () => {
    expect(all.length).to.be.greaterThan(10);
    expect(all.filter(({ mention }) => !mention)).to.not.deep.equal([]);
  });

  for (const { where, words, mention } of all) {
    if (words[0].startsWith('<')) continue;
    it(`${where}: litesnn ${words.join(' ')}`, async () => {
      const wrong = await complaint(words);
      if (!mention || wrong === undefined) {
        expect(wrong).to.equal(undefined);
        return;
      }
      expect(wrong).to.match(LEFT_OUT);
      // What is missing was complained of before what is unknown.
      const options = words
        .filter((word) => word.startsWith('--'))
        .map((word) => word.slice(2).split('=')[0]);
      expect(optionNames).to.include.members(options);
    });
  }

  it('package.json runs what there is', async () => {
    const { scripts } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const command = /src\/cli\/main\.js (.+)$/.exec(scripts.demo);
    expect(command).to.not.equal(null);
    expect(await complaint(wordsOf(command?.[1] ?? ''))).to.equal(undefined);
  });

  it('notices a wrong one', async () => {
    expect(await complaint(['build', '--run', 'r', '--fast'])).to.match(/unknown argument/);
    expect(await complaint(['bild', '--run', 'r'])).to.match(/no command/);
  });
});
