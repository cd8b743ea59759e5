import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { pages } from './pages.mjs';

/**
 * The public surface as text, by API Extractor from the emitted declarations: what each subpath exports, and every declaration
 * once. A name that one needs and nobody exports fails, for an app could not write it down.
 * @param {string} core folder of the package, with `dist/types`.
 * @returns {string} Markdown.
 */
export function makeApiReport(core) {
  // Within the package, for to API Extractor the declarations of another package are none of its business.
  const scratch = join(core, 'dist/api-report');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  try {
    return makeIn(scratch, core);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function makeIn(scratch, core) {
  const entry = join(scratch, 'all.d.ts');
  const declarations = (source) => join(core, source.replace(/^src/, 'dist/types').replace(/\.ts$/, '.d.ts'));
  const paths = pages.map(({ source }) => relative(scratch, declarations(source)).replace(/\.d\.ts$/, '.js'));
  writeFileSync(entry, paths.map((path) => `export * from '${path}';\n`).join(''));
  const faults = extract(core, scratch, entry);
  if (faults.length > 0) throw new Error(`The API needs names that nobody exports:\n${faults.join('\n')}`);
  const report = readFileSync(join(scratch, 'all.api.md'), 'utf8');
  const names = pages.map(({ subpath, source }) => {
    const exported = namesOf(readFileSync(declarations(source), 'utf8'));
    return `- \`${subpath}\`: ${exported.join(', ')}`;
  });
  return `${HEAD}\n## Names by subpath\n\n${names.join('\n')}\n\n## Declarations\n\n${report.slice(report.indexOf('```ts'))}`;
}

const HEAD = `# API report of @deskbeacon/proximity-core

The public surface as text. It is generated and never edited: a change of it is a change for every app, so it is accepted on
purpose, by \`npm run api -w proximity-core\`, and stands in the diff of the commit that makes it.
`;

function extract(core, scratch, entry) {
  const compilerOptions = {
    target: 'ES2020',
    lib: ['ES2020'],
    types: [],
    module: 'ESNext',
    moduleResolution: 'bundler',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
  };
  const silent = { default: { logLevel: 'none' } };
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(core, 'package.json'),
    configObject: {
      projectFolder: join(core, '..'),
      mainEntryPointFilePath: entry,
      compiler: { overrideTsconfig: { compilerOptions, files: [entry] } },
      apiReport: {
        enabled: true,
        reportFileName: 'all.api.md',
        reportFolder: scratch,
        reportTempFolder: join(scratch, 'temp'),
        // Whether something is described is the reference's business.
        tagsToReport: { '@deprecated': true },
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: silent,
        extractorMessageReporting: silent,
        tsdocMessageReporting: silent,
      },
    },
  });
  const faults = [];
  const messageCallback = (message) => {
    message.handled = true;
    if (message.messageId === 'ae-forgotten-export') faults.push(message.text);
  };
  Extractor.invoke(config, { localBuild: true, messageCallback });
  return faults;
}

function namesOf(declarations) {
  const lists = [...declarations.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names]) => names.split(','));
  const own = [...declarations.matchAll(/^export (?:declare )?(?:const|function|interface|type) (\w+)/gm)];
  return [...lists.map((name) => name.replace(/^\s*type /, '').trim()), ...own.map(([, name]) => name)]
    .filter((name) => name !== '')
    .sort();
}
