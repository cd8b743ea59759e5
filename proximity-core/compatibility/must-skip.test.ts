import { afterEach, describe, expect, it, vi } from 'vitest';
import { mustSkip, whyNotInstalled } from './must-skip.js';

describe('what cannot run', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is a skip on a laptop and a failure in CI', () => {
    vi.stubEnv('CI', '');
    expect(mustSkip('hermes', 'not installed')).toBe(true);
    vi.stubEnv('CI', 'true');
    expect(() => mustSkip('hermes', 'not installed')).toThrow('hermes must run in CI: not installed');
    expect(mustSkip('hermes', undefined)).toBe(false);
  });

  it('is told with the command that installs it', () => {
    expect(whyNotInstalled('no-such-folder')).toContain('npm ci --prefix proximity-core/compatibility/no-such-folder');
  });
});
