// Runs the official client as a contender: one JSON request a line on stdin, one JSON answer a line on stdout.
//
//   node driver.mjs <folder whose node_modules has the client> <URL of the node>
//   {"as":"alix","do":"sends","conversations":[".."],"count":1000,"senders":1,"pauseUs":0}
//   {"ok":{..},"wallNs":..,"cpuNs":..,"processCpuNs":..}
//
// Requests are served one after the other, and each measures itself. What they are is said in contender/request.rs.
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { mkdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { signers as signersFor } from "../../../tests/interop/signers.mjs";
import { sends, textOf } from "./sends.mjs";
import { Heard } from "./heard.mjs";

const [folder, apiUrl] = process.argv.slice(2);
const require = createRequire(pathToFileURL(resolve(folder, "package.json")));
const load = async (name) => import(pathToFileURL(require.resolve(name)));
const sdk = await load("@xmtp/node-sdk");
const { ethers } = await load("ethers");
const signers = signersFor({ sdk, ethers });

// Before 6.0 the second argument says by itself that a message waits.
const waiting = sdk.createBackend ? { optimistic: true } : true;
const dbEncryptionKey = new Uint8Array(32).fill(7);

// Standard output belongs to the answers.
console.log = console.info = console.warn = console.error;

class User {
  known = new Map();
  heard = null;

  constructor(client) {
    this.client = client;
  }

  async find(id) {
    const found = this.known.get(id) ?? (await this.client.conversations.getConversationById(id));
    if (!found) throw new Error(`no conversation ${id}`);
    this.known.set(id, found);
    return found;
  }
}

const acts = {
  async groups(user, { members, count }) {
    const conversations = [];
    for (let made = 0; made < count; made += 1) {
      const group = await user.client.conversations.createGroup(members);
      user.known.set(group.id, group);
      conversations.push(group.id);
    }
    return { conversations };
  },
  find: async (user, { conversation }) => void (await user.find(conversation)),
  sync: async ({ client }) => void (await client.conversations.sync()),
  syncAll: async ({ client }) => void (await client.conversations.syncAll()),
  refresh: async (user, { conversation }) => void (await (await user.find(conversation)).sync()),
  async sends(user, { conversations, ...how }) {
    return sends(await Promise.all(conversations.map((id) => user.find(id))), how);
  },
  async queue(user, { conversation, count }) {
    const found = await user.find(conversation);
    for (let number = 0; number < count; number += 1) await found.sendText(textOf(number), waiting);
  },
  publish: async (user, { conversation }) => void (await (await user.find(conversation)).publishMessages()),
  add: async (user, { conversation, members }) => void (await (await user.find(conversation)).addMembers(members)),
  remove: async (user, { conversation, members }) =>
    void (await (await user.find(conversation)).removeMembers(members)),
  rename: async (user, { conversation, name }) => void (await (await user.find(conversation)).updateName(name)),
  list: async ({ client }) => ({ count: (await client.conversations.list()).length }),
  history: async (user, { conversation }) => ({ count: (await (await user.find(conversation)).messages()).length }),
  async follow(user) {
    user.heard = new Heard();
    user.stream = await user.client.conversations.streamAllMessages({ onValue: user.heard.note });
  },
  received: async (user, { count, patienceMs }) => ({ arrived: await user.heard.wait(count, patienceMs) }),
};

const users = new Map();

async function open({ as, key, folder: into }) {
  mkdirSync(into, { recursive: true });
  const identifier = new ethers.Wallet(`0x${key}`).address.toLowerCase();
  const client = await sdk.Client.create(signers.signerOf({ kind: "wallet", identifier, key: `0x${key}` }), {
    env: "local",
    apiUrl,
    dbPath: join(into, "official.db3"),
    dbEncryptionKey,
    disableDeviceSync: true,
    historySyncUrl: null,
    appVersion: "xmtp-race/1.0",
    loggingLevel: "Off",
  });
  if (!client.isRegistered) await client.register();
  users.set(as, new User(client));
  return { inbox: client.inboxId };
}

// Before 6.0 a client cannot be closed: it lives as long as the process.
async function close({ as }) {
  const user = users.get(as);
  await user?.stream?.end();
  await user?.client.close?.();
  users.delete(as);
}

async function act(request) {
  if (request.do === "open") return open(request);
  if (request.do === "close") return close(request);
  const user = users.get(request.as);
  if (!user) throw new Error(`no user ${request.as} in this process`);
  const wanted = acts[request.do];
  if (!wanted) throw new Error(`unknown request ${request.do}`);
  return wanted(user, request);
}

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
};

const answer = (body) => process.stdout.write(`${JSON.stringify(body)}\n`);

// A wallet signs more slowly until its code is compiled, and that is not the client's doing.
for (let round = 0; round < 10; round += 1) await new ethers.Wallet(`0x${"11".repeat(32)}`).signMessage("warm up");

answer({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const [wallBefore, cpuBefore] = [process.hrtime.bigint(), cpu()];
  try {
    const ok = (await act(JSON.parse(line))) ?? null;
    const [wallNs, total] = [Number(process.hrtime.bigint() - wallBefore), cpu()];
    answer({ ok, wallNs, cpuNs: total - cpuBefore, processCpuNs: total });
  } catch (error) {
    answer({ error: String(error?.message ?? error) });
  }
}
process.exit(0);
