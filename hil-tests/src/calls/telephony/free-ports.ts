import { createServer } from 'node:net';

/** @returns ports of loopback that nobody had a moment ago, each another. */
export async function freePorts(count: number, host = '127.0.0.1'): Promise<readonly number[]> {
  const ports: number[] = [];
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer();
          server.once('error', reject);
          server.listen(0, host, () => resolve(server));
        }),
    ),
  );
  for (const server of servers) {
    ports.push((server.address() as { readonly port: number }).port);
    await new Promise((resolve) => server.close(resolve));
  }
  return ports;
}
