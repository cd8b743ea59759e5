import { describe, expect, it } from 'vitest';
import { lastingWrites, parseSystemCalls, scanSwitches, strayPackets } from './system-calls.js';

const trace = `7905  1795488982.279405 connect(20<TCP:[1207045]>, {sa_family=AF_INET, sin_port=htons(33645), sin_addr=inet_addr("\\x31")}, 16) = -1 EINPROGRESS
7905  1795488982.280375 write(20<TCP:[127.0.0.1:37612->127.0.0.1:33645]>, "\\x16\\x03", 2) = 2
7905  1795488982.305805 write(18<UNIX-STREAM:[1206949->1207332]>, "\\x01\\x0c\\x20\\x02\\x01\\x00", 6) = 6
7905  1795488982.305900 write(1<UNIX-STREAM:[1->2]>, "\\x7b\\x22", 2) = 2
7906  1795488982.406000 openat(AT_FDCWD<\\x2f>, "\\x2f\\x65", O_RDONLY|O_CLOEXEC) = 9<\\x2f\\x65>
7905  1795488982.561917 write(18<UNIX-STREAM:[1206949->1207332]>, "\\x01\\x0c\\x20\\x02\\x00\\x01", 6) = 6
7905  1795488982.600000 --- SIGCHLD {si_signo=SIGCHLD} ---
`;
const line = (call: string) => parseSystemCalls(`9 1.5 ${call}\n`);

describe('what a process asks of the kernel', () => {
  it('is told with its instant', () => {
    const calls = parseSystemCalls(trace);
    expect(calls.map(({ name }) => name)).toEqual(['connect', 'write', 'write', 'write', 'openat', 'write']);
    expect(calls[0]?.unixMs).toBeCloseTo(1795488982279.405, 2);
    expect(calls[1]?.text).toContain('"\\x16\\x03"');
  });

  it('shows when a scan is switched on and off', () => {
    const switches = scanSwitches(parseSystemCalls(trace));
    expect(switches.map(({ on }) => on)).toEqual([true, false]);
    expect((switches[1]?.unixMs ?? 0) - (switches[0]?.unixMs ?? 0)).toBeCloseTo(256.11, 1);
  });

  it('finds nothing in what is allowed', () => {
    expect(lastingWrites(parseSystemCalls(trace))).toEqual([]);
    expect(strayPackets(parseSystemCalls(trace), 33_645)).toEqual([]);
  });

  it.each([
    'openat(AT_FDCWD<\\x2f>, "\\x61", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = 9<\\x2f\\x61>',
    'open("\\x61", O_RDWR) = 9',
    'write(9<\\x2f\\x74\\x6d\\x70>, "\\x61", 1) = 1',
    'pwrite64(9<\\x2f\\x74\\x6d\\x70>, "\\x61", 1, 0) = 1',
    'rename("\\x61", "\\x62") = 0',
    'unlinkat(AT_FDCWD, "\\x61", 0) = 0',
    'mkdir("\\x61", 0777) = 0',
  ])('finds the write %s', (call) => {
    expect(lastingWrites(line(call))).toHaveLength(1);
  });

  it.each([
    'connect(20<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("\\x31")}, 16) = 0',
    'sendto(21<UDP:[0.0.0.0:4000]>, "\\x61", 1, 0, {sa_family=AF_INET, sin_port=htons(53)}, 16) = 1',
    'sendmmsg(21<UDP:[127.0.0.1:4000->127.0.0.53:53]>, [], 1, 0) = 1',
    'write(22<TCP:[127.0.0.1:5->127.0.0.1:9]>, "\\x61", 1) = 1',
  ])('finds the packet %s', (call) => {
    expect(strayPackets(line(call), 33_645)).toHaveLength(1);
  });
});
