import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { codeOfConnectionFault, directoryError, redact } from './directory-error.js';

const secret = 'planted "Secret"/1+2';

it('a secret is taken out of message and cause in every form a library could quote it', () => {
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret), Buffer.from(secret).toString('base64')];
  const cause = Object.assign(new Error(`sent ${forms.join(' and ')}`), { request: { password: secret } });
  const error = directoryError('directory-refused', `no: ${secret}`, { cause, secrets: [secret] });
  const told = inspect(error, { depth: null, showHidden: true });
  for (const form of forms) expect(told).not.toContain(form);
  expect(told).not.toContain('planted');
  expect(error.message).toBe('no: …');
});

it('an empty secret takes nothing out', () => {
  expect(redact('text', [''])).toBe('text');
});

it('the cause is told to its root, on one line, and of several tries the first', () => {
  const root = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
  const cause = new TypeError('fetch failed', { cause: new AggregateError([root, new Error('second')]) });
  const { cause: told } = directoryError('directory-unreachable', 'x', { cause });
  expect((told as Error).message).toBe('fetch failed: AggregateError: ECONNREFUSED');
});

it('a certificate that does not hold is another fault than a line that is down', () => {
  const fault = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });
  expect(codeOfConnectionFault(fault('SELF_SIGNED_CERT_IN_CHAIN'))).toBe('directory-untrusted');
  expect(codeOfConnectionFault(fault('CERT_HAS_EXPIRED'))).toBe('directory-untrusted');
  expect(codeOfConnectionFault(fault('ECONNRESET'))).toBe('directory-unreachable');
});
