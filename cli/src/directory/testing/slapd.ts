import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SLAPD = '/usr/sbin/slapd';
const OPENSSL = '/usr/bin/openssl';
const SCHEMA = '/etc/ldap/schema';

export const suffix = 'dc=example,dc=org';
export const admin = { bindDn: `cn=admin,${suffix}`, password: 'planted-Secret/1+2' };
/** May read, but the server ends what it lists after 700 entries. */
export const capped = { bindDn: `cn=capped,${suffix}`, password: 'planted-capped' };

export interface Slapd {
  readonly port: number;
  readonly tlsPort: number;
  /** The server's certificate, which signs itself for 127.0.0.1. */
  readonly ca: string;
  readonly stop: () => Promise<void>;
}

/** @returns why a real directory server cannot be started here, or undefined. */
export function whyNoSlapd(): string | undefined {
  if (!existsSync(SLAPD)) return `${SLAPD} is missing (Debian: apt install slapd)`;
  if (!existsSync(`${SCHEMA}/inetorgperson.schema`)) return `${SCHEMA} has no inetorgperson.schema`;
  if (!existsSync(OPENSSL)) return `${OPENSSL} is missing, and with it the server's certificate`;
  return undefined;
}

/** Starts Debian's slapd with a database of its own, loaded with the entries. */
export async function startSlapd(ldif: string): Promise<Slapd> {
  const folder = await mkdtemp(join(tmpdir(), 'slapd-'));
  const [port, tlsPort] = [await freePort(), await freePort()];
  await mkdir(join(folder, 'db'));
  await writeFile(join(folder, 'data.ldif'), ldif);
  await makeCertificate(folder);
  const configuration = join(folder, 'slapd.conf');
  await writeFile(configuration, configurationOf(folder));
  await run('/usr/sbin/slapadd', ['-q', '-f', configuration, '-l', join(folder, 'data.ldif')]);
  const addresses = `ldap://127.0.0.1:${port}/ ldaps://127.0.0.1:${tlsPort}/`;
  const server = spawn(SLAPD, ['-f', configuration, '-h', addresses, '-d', '0'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    server.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const ca = await readFile(join(folder, 'cert.pem'), 'utf8');
  const tries = 200;
  for (let tried = 0; tried < tries && server.exitCode === null; tried += 1) {
    if (await accepts(port)) return { port, tlsPort, ca, stop };
    await sleep(25);
  }
  await stop();
  throw new Error('slapd did not start');
}

/** @returns people with extensions from 01000, each with a room; entries of other kinds stand between them. */
export function peopleLdif(count: number): string {
  const head = [
    `dn: ${suffix}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example`,
    `dn: ou=people,${suffix}\nobjectClass: organizationalUnit\nou: people`,
    `dn: ou=empty,${suffix}\nobjectClass: organizationalUnit\nou: empty`,
    `dn: ${capped.bindDn}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: capped\nuserPassword: ${capped.password}`,
  ];
  const people = Array.from({ length: count }, (_, at) =>
    [
      `dn: uid=user${at},ou=people,${suffix}`,
      'objectClass: inetOrgPerson',
      `uid: user${at}`,
      `cn: Pérson ${at}`,
      `sn: ${at}`,
      `telephoneNumber: 0${1000 + at}`,
      'l: Ulm',
      `roomNumber: 2.${at % 40}`,
      'userPassword: planted-person',
    ]
      .map((line) => (/[^ -~]/.test(line) ? line.replace(/^(\w+): (.*)$/, encodeValue) : line))
      .join('\n'),
  );
  return `${[...head, ...people].join('\n\n')}\n`;
}

function encodeValue(_: string, name: string, value: string): string {
  return `${name}:: ${Buffer.from(value, 'utf8').toString('base64')}`;
}

function configurationOf(folder: string): string {
  return [
    ...['core', 'cosine', 'inetorgperson'].map((name) => `include ${SCHEMA}/${name}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    `pidfile ${folder}/slapd.pid`,
    `TLSCertificateFile ${folder}/cert.pem`,
    `TLSCertificateKeyFile ${folder}/key.pem`,
    'database mdb',
    `directory ${folder}/db`,
    'maxsize 67108864',
    'dbnosync',
    `suffix "${suffix}"`,
    `rootdn "${admin.bindDn}"`,
    `rootpw ${admin.password}`,
    `limits dn.exact="${capped.bindDn}" size.prtotal=700`,
    'access to attrs=userPassword by anonymous auth by * none',
    `access to * by dn.exact="${capped.bindDn}" read by * none`,
    '',
  ].join('\n');
}

async function makeCertificate(folder: string): Promise<void> {
  await run(OPENSSL, [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', '/CN=directory.example', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
  ]);
}

/** @returns a port that nobody listened to a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
