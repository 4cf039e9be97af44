// Sends many texts and notes what each took.
import { setTimeout as sleep } from "node:timers/promises";

const TEXT = 64;
const now = () => process.hrtime.bigint();

export const textOf = (number) => `${number} `.padEnd(TEXT, "x");

// Timers of Node.js round to whole milliseconds, so the end of a pause is waited for by yielding.
async function until(due) {
  const wholeMs = Number((due - now()) / 1_000_000n) - 2;
  if (wholeMs > 0) await sleep(wholeMs);
  while (now() < due) await new Promise(setImmediate);
}

export async function sends(to, { count, senders, pauseUs }) {
  const [startedAt, took, errors] = [new Array(count), [], []];
  const start = now();
  let next = 0;
  async function sender() {
    while (next < count) {
      const number = next;
      next += 1;
      if (pauseUs > 0) await until(start + BigInt(pauseUs) * 1000n * BigInt(number));
      const before = now();
      startedAt[number] = Number(before);
      try {
        await to[number % to.length].sendText(textOf(number));
        took.push(Number(now() - before));
      } catch (error) {
        errors.push(String(error?.message ?? error));
      }
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, senders) }, sender));
  return { startedAt, took, errors: errors.length, firstError: errors[0] ?? null };
}
