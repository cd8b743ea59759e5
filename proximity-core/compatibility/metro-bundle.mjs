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
    resolver: { platforms: ['android', 'ios'], nodeModulesPaths: [installed], useWatchman: false },
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
const { sources } = JSON.parse(map);
process.stdout.write(JSON.stringify({ metro: version, node: process.version, sources, code }), () => process.exit(0));
