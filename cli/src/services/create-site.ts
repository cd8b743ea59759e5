import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { CliError } from '../errors/cli-error.js';
import { createKeyRing } from '../registry/key-ring.js';
import { openRegistry } from '../registry/open-registry.js';
import type { ChangedBy } from '../registry/registry.js';
import { KEY_RING_SETTING, readPassphrase, type SessionOptions } from './open-session.js';

export interface CreatedSite {
  readonly site: string;
  readonly registry: string;
  /** 32 hexadecimal digits: the proximity UUID of all its beacons. */
  readonly organisationUuid: string;
}

/** Delay before a silenced phone rings after all, and what else an admin may change later (`docs/profile.md`). */
const POLICY = { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 } as const;

/**
 * Makes a registry with one site: its passphrase, its organisation's UUID, and the key that signs its profiles.
 * @throws CliError `registry-conflict` where there is a site already.
 */
export async function createSite(name: string, by: ChangedBy, options: SessionOptions): Promise<CreatedSite> {
  const id = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');
  if (id === '' || name.length > 64)
    throw new CliError('bad-usage', `site: expected 1 to 64 characters, got "${name}"`);
  const registry = await openRegistry({ ...options, mayCreate: true });
  try {
    if ((await registry.read((reading) => reading.list('sites'))).length > 0)
      throw new CliError('registry-conflict', `${registry.location}: there is a site already`);
    const { ring, header } = await createKeyRing(await readPassphrase(options));
    const organisationUuid = randomBytes(16).toString('hex');
    // Encoded as they are made: to export a key object that Node 20 has made may wait for ever, see drawAgreementKey.
    const { privateKey, publicKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: { type: 'pkcs8', format: 'der' },
      publicKeyEncoding: { type: 'spki', format: 'der' },
    });
    const verifyingKey = createPublicKey({ key: publicKey, type: 'spki', format: 'der' });
    await registry.change(by, async (changing) => {
      await changing.set(KEY_RING_SETTING, header);
      await changing.insert('sites', {
        id,
        name,
        organisationUuid,
        policy: POLICY,
        isRingAll: false,
        signingKey: ring.seal(`sites/${id}/signingKey`, new Uint8Array(privateKey)),
        publicKey: verifyingKey.export({ format: 'jwk' }),
      });
    });
    return { site: id, registry: registry.location, organisationUuid };
  } finally {
    await registry.close();
  }
}
