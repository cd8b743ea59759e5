import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The rules of the house that a compiler does not see, read off the tree. */

const root = import.meta.dirname;
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(resolve(root, file)));
const sources = tracked.filter((file) =>
  /^(proximity-core|beacon|cli|hil-tests)\/(src|test)\/.*\.(ts|tsx)$/.test(file),
);
const isTest = (file: string): boolean =>
  /\.test\.tsx?$/.test(file) || file.includes('/testing/') || file.startsWith('hil-tests/test/');
const core = sources.filter((file) => file.startsWith('proximity-core/') && !isTest(file));

function read(file: string): string {
  return readFileSync(resolve(root, file), 'utf8');
}

/** The code without comments and without the insides of strings: a rule is about what runs. */
function codeOf(file: string): string {
  return read(file)
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\/\/.*$/gm, ' ')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/`(?:[^`\\$]|\\.|\$(?!\{))*`/g, '``');
}

function importsOf(file: string): readonly string[] {
  const found = read(file).matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
  );
  return [...found].map((match) => (match[1] ?? match[2] ?? match[3]) as string);
}

function findings(files: readonly string[], pattern: RegExp): readonly string[] {
  return files.flatMap((file) => {
    const match = pattern.exec(codeOf(file));
    return match === null ? [] : [`${file}: ${match[0].trim()}`];
  });
}

describe('the top of the tree', () => {
  it('holds only the rooms of the house', () => {
    const directories = new Set(tracked.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));
    expect([...directories].sort()).toEqual(['.ci', 'beacon', 'cli', 'docs', 'hil-tests', 'proximity-core']);
  });
});

describe('proximity-core', () => {
  it('has sources to check', () => {
    expect(core.length).toBeGreaterThan(20);
  });

  it('has no classes, for old Hermes runs none', () => {
    expect(findings(core, /\bclass\s+[A-Z]/)).toEqual([]);
  });

  it('has nothing asynchronous and no timers', () => {
    expect(findings(core, /\basync\b|\bawait\b|\bPromise\b|\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b/)).toEqual(
      [],
    );
  });

  it('takes time and randomness as arguments and never fetches them', () => {
    expect(findings(core, /\bDate\b|\bMath\.random\b|\bperformance\b|\bcrypto\b|\bIntl\b/)).toEqual([]);
  });

  it('uses no function whose last digit differs between engines', () => {
    expect(
      findings(
        core,
        /\bMath\.(?!abs\b|ceil\b|floor\b|max\b|min\b|round\b|sqrt\b|trunc\b|imul\b|sign\b|[A-Z0-9]+\b)\w+|\*\*/,
      ),
    ).toEqual([]);
  });

  it('keeps no state in its modules', () => {
    expect(findings(core, /^(?:export\s+)?(?:let|var)\s/m)).toEqual([]);
  });

  it('makes no function inside a loop that could close over the loop variable', () => {
    expect(findings(core, /\bfor\s*\((?:const|let)[^)]*\)\s*\{[^}]*=>\s/)).toEqual([]);
  });

  it('imports nothing of ours, nothing of Node and nothing of others', () => {
    const foreign = core.flatMap((file) =>
      importsOf(file)
        .filter((name) => !name.startsWith('.'))
        .map((name) => `${file}: ${name}`),
    );
    expect(foreign).toEqual([]);
  });

  it('is compiled without the libraries of any host', () => {
    const { compilerOptions } = JSON.parse(read('proximity-core/tsconfig.json')) as {
      compilerOptions: Record<string, unknown>;
    };
    expect(compilerOptions).toMatchObject({ lib: ['ES2020'], types: [] });
  });

  it('has no runtime dependency', () => {
    expect(JSON.parse(read('proximity-core/package.json'))).not.toHaveProperty('dependencies');
  });
});

describe('the direction of dependencies', () => {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    'proximity-core': [],
    beacon: ['@deskbeacon/proximity-core'],
    cli: [
      '@deskbeacon/proximity-core',
      '@deskbeacon/beacon/radio',
      '@deskbeacon/beacon/identity',
      '@deskbeacon/beacon/control',
    ],
    'hil-tests': [
      '@deskbeacon/proximity-core',
      '@deskbeacon/beacon/radio',
      '@deskbeacon/beacon/identity',
      '@deskbeacon/beacon/control',
      '@deskbeacon/beacon/testing',
      '@deskbeacon/cli/testing',
    ],
  };

  it('is core ← beacon ← cli, and hil-tests may see all, each through what the other exports', () => {
    const wrong = sources.flatMap((file) => {
      const room = file.split('/')[0] as string;
      return importsOf(file)
        .filter((name) => name.startsWith('@deskbeacon/') && !allowed[room]?.includes(name))
        .map((name) => `${file}: ${name}`);
    });
    expect(wrong).toEqual([]);
  });

  it('never takes the short way through a wall', () => {
    const wrong = sources.flatMap((file) => {
      const room = file.split('/')[0] as string;
      return importsOf(file)
        .filter(
          (name) => name.startsWith('.') && !relative(root, resolve(root, dirname(file), name)).startsWith(`${room}/`),
        )
        .map((name) => `${file}: ${name}`);
    });
    expect(wrong).toEqual([]);
  });
});

describe('every room', () => {
  it('prints only from the main file of a program', () => {
    const quiet = sources.filter((file) => !isTest(file) && !/\/(main|[a-z]+-main)\.tsx?$/.test(file));
    expect(findings(quiet, /\bconsole\.\w+|process\.std(?:out|err)\.write/)).toEqual([]);
  });

  it('names what it exports, one by one', () => {
    expect(findings(sources, /export\s+\*/)).toEqual([]);
  });

  it('keeps its index files free of logic', () => {
    const indexes = sources.filter((file) => file.endsWith('/index.ts'));
    const wrong = indexes.filter(
      (file) =>
        codeOf(file)
          .replace(/export\s+(?:type\s+)?\{[^}]*\}\s*from\s*'';/g, '')
          .trim() !== '',
    );
    expect(wrong).toEqual([]);
  });

  it('keeps files to a size that can be read at one sitting', () => {
    // One closure over one state: what it shares would have to be passed around if it were cut.
    const longer: Readonly<Record<string, number>> = { 'hil-tests/src/air/air.ts': 340 };
    const long = sources.filter((file) => !isTest(file) && read(file).split('\n').length > (longer[file] ?? 301));
    expect(long).toEqual([]);
  });

  it('leaves no test switched off or alone', () => {
    expect(findings(sources.filter(isTest), /\b(?:it|test|describe)\.only\(/)).toEqual([]);
  });
});
