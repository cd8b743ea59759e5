import { Worker } from 'node:worker_threads';
import type { Outcome, Task } from './outcome.js';
import type { Executor } from './run-study.js';

export interface WorkerPool {
  readonly execute: Executor;
  readonly close: () => Promise<void>;
}

interface Job {
  readonly task: Task;
  readonly resolve: (outcomes: readonly Outcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A few threads that run tasks one after the other. A thread that fails fails its task; the rest is refused.
 * @param program the file that answers each task with its outcomes when it runs as a worker.
 */
export function startWorkers(program: URL, count: number): WorkerPool {
  const waiting: Job[] = [];
  const idle: Worker[] = [];
  const running = new Map<Worker, Job>();
  let failure: unknown;

  function fail(error: unknown): void {
    failure ??= error;
    for (const { reject } of [...running.values(), ...waiting.splice(0)]) reject(failure);
    running.clear();
  }
  function next(worker: Worker): void {
    const job = waiting.shift();
    if (job === undefined) {
      idle.push(worker);
      return;
    }
    running.set(worker, job);
    worker.postMessage(job.task);
  }
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(program);
    worker.on('message', (outcomes: readonly Outcome[]) => {
      running.get(worker)?.resolve(outcomes);
      running.delete(worker);
      next(worker);
    });
    worker.on('error', fail);
    idle.push(worker);
    return worker;
  });
  return {
    execute: (task) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        waiting.push({ task, resolve, reject });
        const worker = idle.pop();
        if (worker !== undefined) next(worker);
      }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
