import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The app as Metro makes it for a release: the host of docs/examples copied into an app, the built package where npm would have put it,
 * React Native's own babel preset. `react-native` itself is a stand-in, for its native half is a phone.
 */

const here = fileURLToPath(new URL('.', import.meta.url));
const hostFolder = join(here, '../../../docs/examples/react-native-host');
const coreFolder = join(here, '../..');
const installed = join(here, 'node_modules');

interface Metro {
  loadConfig(argv: object, defaults: object): Promise<object>;
  runBuild(config: object, options: object): Promise<{ readonly code: string }>;
}

/** @returns the bundle's text. */
export async function bundleApp(): Promise<string> {
  const require = createRequire(join(here, 'package.json'));
  const metro = require('metro') as Metro;
  const project = await mkdtemp(join(tmpdir(), 'deskbeacon-app-'));
  try {
    await cp(join(here, 'app'), project, { recursive: true });
    await cp(hostFolder, join(project, 'host'), { recursive: true });
    const core = join(project, 'node_modules/@deskbeacon/proximity-core');
    await mkdir(core, { recursive: true });
    for (const part of ['package.json', 'dist', 'adapters']) {
      await cp(join(coreFolder, part), join(core, part), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
    const config = await metro.loadConfig(
      { cwd: project },
      {
        projectRoot: project,
        watchFolders: [project, installed],
        maxWorkers: 1,
        cacheStores: [],
        reporter: { update() {} },
        resolver: {
          platforms: ['android', 'ios'],
          nodeModulesPaths: [installed],
          extraNodeModules: { 'react-native': join(project, 'react-native.js') },
          useWatchman: false,
        },
        transformer: { babelTransformerPath: require.resolve('@react-native/metro-babel-transformer') },
      },
    );
    const { code } = await metro.runBuild(config, {
      entry: join(project, 'index.js'),
      platform: 'android',
      dev: false,
      minify: false,
    });
    return code;
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

export function readDriver(): Promise<string> {
  return readFile(join(here, 'app/driver.js'), 'utf8');
}
