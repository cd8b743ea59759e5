import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pages, scripts } from './pages.mjs';

const { resolve } = createRequire(import.meta.url);

/**
 * The reference as Markdown, a page for each subpath, by TypeDoc from the docstrings.
 * @param {string} core folder of the package.
 * @param {string} out folder that is written anew.
 * @returns {Promise<string[]>} what is not described as it has to be.
 */
export async function writeReference(core, out) {
  const { Application, ReflectionKind } = await import('typedoc');
  const app = await Application.bootstrapWithPlugins({
    ...options,
    entryPoints: [...pages.map(({ source }) => join(core, source)), ...scripts.map(({ source }) => join(core, source))],
    plugin: [resolve('typedoc-plugin-markdown')],
    tsconfig: join(core, 'tsconfig.json'),
    compilerOptions: { composite: false, incremental: false, skipLibCheck: true },
    out,
  });
  const said = [];
  app.logger = collect(app.logger, said);
  const project = await app.convert();
  if (project === undefined) return ['TypeDoc could not read the sources'];
  app.validate(project);
  const names = new Map([...pages, ...scripts].map(({ source, name }) => [source.replace(/^src\/|\.ts$/g, ''), name]));
  for (const page of project.children) page.name = names.get(page.name);
  await app.generateOutputs(project);
  const undescribed = project
    .getReflectionsByKind(ReflectionKind.Function | ReflectionKind.Interface | ReflectionKind.TypeAlias)
    .flatMap((reflection) => faultsOf(reflection, ReflectionKind));
  return [...said, ...undescribed];
}

/** What every public name has, and functions besides: parameters and a result that are described, and an example. */
function faultsOf(reflection, { Function: FUNCTION }) {
  const name = reflection.getFullName();
  if (!reflection.kindOf(FUNCTION)) return reflection.hasComment() ? [] : [`${name}: not described`];
  return reflection.signatures.flatMap(({ comment, parameters = [] }) => {
    if (comment === undefined) return [`${name}: not described`];
    const tags = comment.blockTags.map(({ tag }) => tag);
    const missing = ['@returns', '@example'].filter((tag) => !tags.includes(tag));
    const silent = parameters.filter((parameter) => !parameter.hasComment()).map((parameter) => parameter.name);
    const isNamed = comment.summary.some(({ text }) => text.trim() !== '');
    return [
      ...(isNamed ? [] : [`${name}: says not what it does`]),
      ...missing.map((tag) => `${name}: has no ${tag}`),
      ...silent.map((parameter) => `${name}: says nothing of ${parameter}`),
    ];
  });
}

function collect(logger, said) {
  const warn = logger.warn.bind(logger);
  logger.warn = (text, ...rest) => {
    said.push(String(text));
    warn(text, ...rest);
  };
  return logger;
}

const options = {
  name: '@deskbeacon/proximity-core',
  router: 'module',
  readme: 'none',
  sort: ['source-order'],
  excludeReferences: true,
  disableSources: true,
  githubPages: false,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeDeclarationFormat: 'table',
  tableColumnSettings: { hideModifiers: true, hideDefaults: true, hideInherited: true, hideSources: true },
  logLevel: 'Warn',
};
