import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Bundles an app for release with the Metro of a folder beside this file and React Native's own Babel preset. A program, because one
 * Metro runs on another Node than the tests: `node metro-bundle.mjs FOLDER APP` prints `{metro, node, sources, code}`.
 */

const [, , folder, app] = process.argv;
const require = createRequire(join(folder, 'package.json'));
const { loadConfig, runBuild } = require('metro');
const { version } = require('metro/package.json');
const installed = join(folder, 'node_modules');

const config = await loadConfig(
  { cwd: app },
  {
    projectRoot: app,
    watchFolders: [app, installed],
    maxWorkers: 1,
    cacheStores: [],
    reporter: { update() {} },
    resolver: {
      nodeModulesPaths: [installed],
      useWatchman: false,
      // These three as @react-native/metro-config sets them.
      platforms: ['android', 'ios'],
      resolverMainFields: ['react-native', 'browser', 'main'],
      unstable_conditionNames: ['react-native'],
    },
    transformer: { babelTransformerPath: require.resolve('@react-native/metro-babel-transformer') },
  },
);
const { code, map } = await runBuild(config, {
  entry: join(app, 'index.js'),
  platform: 'android',
  dev: false,
  minify: true,
  sourceMap: true,
});
// Newer ones write a map in sections, one a module.
const { sources, sections } = JSON.parse(map);
const paths = sources ?? sections.flatMap((section) => section.map.sources);
process.stdout.write(JSON.stringify({ metro: version, node: process.version, sources: paths, code }), () =>
  process.exit(0),
);
