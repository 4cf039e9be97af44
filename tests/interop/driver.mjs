// Speaks for users of the official client: one JSON request a line on stdin, one JSON answer a line on stdout.
//
//   node driver.mjs <generation folder>
//   {"id":1,"do":"create","as":"alix","apiUrl":"http://localhost:5556","dbPath":"...","dbKey":"...","account":{..}}
//   {"id":1,"ok":{"inboxId":"...","installationId":"..."}}
//
// A failed request is answered with {"id":1,"error":"..."}. Requests run concurrently; the caller waits where order
// matters. One process can speak for several users, told apart by "as". What differs between the generations of the
// client stays in this file and those it imports, one for each subject.
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { contentCommands } from "./contents.mjs";
import { conversationCommands } from "./conversations.mjs";
import { describeSettings, groupCommands } from "./groups.mjs";
import { identityCommands } from "./identity.mjs";
import { messageCommands } from "./messages.mjs";
import { preferenceCommands } from "./preferences.mjs";
import { signers as signersFor } from "./signers.mjs";

const require = createRequire(pathToFileURL(resolve(process.argv[2], "package.json")));
const load = async (name) => import(pathToFileURL(require.resolve(name)));
const sdk = await load("@xmtp/node-sdk");
const { ethers } = await load("ethers");

// Standard output belongs to the answers.
console.log = console.info = console.warn = console.error;

const users = new Map();

const hexToBytes = (hex) => Uint8Array.from(Buffer.from(hex.replace(/^0x/, ""), "hex"));

const signers = signersFor({ sdk, ethers });

function user({ as }) {
  const found = users.get(as);
  if (!found) throw new Error(`no user ${as} in this process`);
  return found;
}

async function conversation(request) {
  const found = await user(request).conversations.getConversationById(request.conversation);
  if (!found) throw new Error(`${request.as} has no conversation ${request.conversation}`);
  return found;
}

const levels = ["member", "admin", "superAdmin"];

async function describe(found) {
  const isGroup = found instanceof sdk.Group;
  const { creatorInboxId } = await found.metadata();
  const { epoch, maybeForked } = await found.debugInfo();
  return {
    id: found.id,
    kind: isGroup ? "group" : "dm",
    active: found.isActive,
    creator: creatorInboxId,
    addedBy: found.addedByInboxId,
    epoch: Number(epoch),
    forked: maybeForked,
    name: isGroup ? found.name : null,
    description: isGroup ? found.description : null,
    ...describeSettings(found, isGroup),
    admins: isGroup ? found.listAdmins() : [],
    superAdmins: isGroup ? found.listSuperAdmins() : [],
    members: (await found.members()).map((member) => ({
      inboxId: member.inboxId,
      installations: member.installationIds,
      identifiers: member.accountIdentifiers.map(({ identifier }) => identifier),
      level: levels[member.permissionLevel],
    })),
  };
}

const messages = messageCommands({ sdk, user, conversation });

const commands = {
  ...identityCommands({ sdk, user, hexToBytes, signers }),
  ...groupCommands({ user, conversation }),
  ...messages.commands,
  ...contentCommands({ sdk, conversation, hexToBytes }),
  ...conversationCommands({ user, conversation, describe, readMessage: messages.readMessage }),
  ...preferenceCommands({ user, conversation }),

  async create({ as, account, nonce, apiUrl, dbPath, dbKey, deviceSync }) {
    const options = {
      env: "local",
      apiUrl,
      dbPath,
      dbEncryptionKey: hexToBytes(dbKey),
      disableDeviceSync: !deviceSync,
      appVersion: "xmtp-interop/1.0",
      loggingLevel: process.env.INTEROP_CLIENT_LOG ?? "Off",
      disableAutoRegister: account.kind === "passkey",
      ...(nonce !== null && { nonce: BigInt(nonce) }),
    };
    if (!deviceSync) options.historySyncUrl = null;
    const client = await sdk.Client.create(signers.signerOf(account), options);
    signers.teachPasskeys(client);
    if (!client.isRegistered) await client.register();
    users.set(as, client);
    return { inboxId: client.inboxId, installationId: client.installationId };
  },

  dm: async ({ peer, ...rest }) => (await user(rest).conversations.createDm(peer)).id,
  dmByIdentifier: async ({ identifier, ...rest }) =>
    (await user(rest).conversations.createDmWithIdentifier(signers.identifierOf(identifier))).id,
  group: async ({ members, name, description, ...rest }) =>
    (
      await user(rest).conversations.createGroup(members, {
        ...(name !== undefined && { groupName: name }),
        ...(description !== undefined && { groupDescription: description }),
      })
    ).id,

  sync: async (request) => user(request).conversations.sync(),
  syncAll: async (request) => void (await user(request).conversations.syncAll()),
  conversations: async (request) =>
    (await user(request).conversations.list({ consentStates: [0, 1, 2] })).map(({ id }) => id),
  describe: async (request) => describe(await conversation(request)),
  refresh: async (request) => void (await (await conversation(request)).sync()),

  addMembers: async (request) => (await conversation(request)).addMembers(request.members),
  removeMembers: async (request) => (await conversation(request)).removeMembers(request.members),
  updateName: async (request) => (await conversation(request)).updateName(request.name),
  updateDescription: async (request) => (await conversation(request)).updateDescription(request.description),
  addAdmin: async (request) => (await conversation(request)).addAdmin(request.inboxId),
  removeAdmin: async (request) => (await conversation(request)).removeAdmin(request.inboxId),
  addSuperAdmin: async (request) => (await conversation(request)).addSuperAdmin(request.inboxId),
  leave: async (request) => (await conversation(request)).requestRemoval(),

  // Before 6.0 a client cannot be closed: it lives as long as the process.
  async close(request) {
    await user(request).close?.();
    users.delete(request.as);
  },
};

const plain = (_, value) => {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
};

// `toJSON` of a Buffer runs before the replacer sees it, so byte arrays are turned into hex up front.
const hexed = (value) => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Array.isArray(value)) return value.map(hexed);
  if (value === null || typeof value !== "object" || value instanceof Date || value instanceof Map) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hexed(inner)]));
};

const answer = (body) => process.stdout.write(`${JSON.stringify(hexed(body), plain)}\n`);

async function serve({ id, ...request }) {
  try {
    const command = commands[request.do];
    if (!command) throw new Error(`unknown request ${request.do}`);
    answer({ id, ok: (await command(request)) ?? null });
  } catch (error) {
    answer({ id, error: String(error?.message ?? error) });
  }
}

answer({ ready: sdk.Client.name });
createInterface({ input: process.stdin })
  .on("line", (line) => void serve(JSON.parse(line)))
  .on("close", () => process.exit(0));
