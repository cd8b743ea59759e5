import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate that signs itself, for a server on loopback that lives as long as its folder. */
export interface Certificate {
  readonly keyFile: string;
  readonly certificateFile: string;
  /** PEM, for those who shall trust it. */
  readonly ca: string;
}

const run = promisify(execFile);
const LIMIT_MS = 10_000;

/** @throws Error when `openssl` is missing or refuses. */
export async function makeCertificate(host: string, directory: string): Promise<Certificate> {
  const keyFile = join(directory, 'proxy-key.pem');
  const certificateFile = join(directory, 'proxy.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', `subjectAltName=DNS:localhost,IP:${host}`];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const files = ['-keyout', keyFile, '-out', certificateFile];
  await run('openssl', ['req', '-x509', ...curve, ...subject, ...files], { timeout: LIMIT_MS });
  return { keyFile, certificateFile, ca: await readFile(certificateFile, 'utf8') };
}
