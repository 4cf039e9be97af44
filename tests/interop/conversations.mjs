// How users of the official client list, accept, inspect and follow conversations.
export function conversationCommands({ user, conversation, describe, readMessage }) {
  const streams = new Map();
  const states = ["unknown", "allowed", "denied"];

  const follow = {
    messages: ({ conversations }, _, options) => conversations.streamAllMessages(options),
    groupMessages: ({ conversations }, _, options) => conversations.streamAllGroupMessages(options),
    dmMessages: ({ conversations }, _, options) => conversations.streamAllDmMessages(options),
    conversations: ({ conversations }, _, options) => conversations.stream(options),
    groups: ({ conversations }, _, options) => conversations.streamGroups(options),
    dms: ({ conversations }, _, options) => conversations.streamDms(options),
    deletions: ({ conversations }) => conversations.streamMessageDeletions(),
    conversation: async (_, request, options) => (await conversation(request)).stream(options),
  };

  // A stream that fails is opened again, by default after a minute.
  async function open({ stream, what, ...request }) {
    let onRestart;
    const restarted = new Promise((resolve) => (onRestart = resolve));
    const opened = await follow[what](user(request), request, { retryDelay: 200, retryAttempts: 50, onRestart });
    streams.set(stream, { opened, restarted });
  }

  async function next({ stream }) {
    const { value, done } = await streams.get(stream).opened.next();
    if (done || value === undefined) throw new Error("the stream has ended");
    if (typeof value === "string") return value;
    return value.senderInboxId === undefined ? describe(value) : readMessage(value);
  }

  return {
    async list({ filter: { kind, consent, byCreation, limit, duplicates, createdAfter, createdBefore }, ...request }) {
      const found = await user(request).conversations.list({
        ...(kind !== null && { conversationType: ["dm", "group"].indexOf(kind) }),
        ...(consent.length > 0 && { consentStates: consent.map((state) => states.indexOf(state)) }),
        ...(limit !== null && { limit }),
        ...(createdAfter !== null && { createdAfterNs: BigInt(createdAfter) }),
        ...(createdBefore !== null && { createdBeforeNs: BigInt(createdBefore) }),
        orderBy: byCreation ? 0 : 1,
        includeDuplicateDms: duplicates,
      });
      return found.map(({ id }) => id);
    },
    createdAt: async (request) => (await conversation(request)).createdAtNs,
    duplicates: async (request) => (await (await conversation(request)).duplicateDms()).map(({ id }) => id),

    consentOfConversation: async (request) => states[(await conversation(request)).consentState()],
    syncAllWith: async ({ consent, ...request }) =>
      user(request).conversations.syncAll(consent.map((state) => states.indexOf(state))),

    // The authenticator of the epoch stands in the last line of the log of commits, cut short.
    async debug(request) {
      const { epoch, maybeForked, localCommitLog } = await (await conversation(request)).debugInfo();
      const entries = [...localCommitLog.matchAll(/applied_epoch_number: (\d+), applied_epoch_authenticator: "(\w+)/g)];
      const [, at, authenticator] = entries.at(-1) ?? [];
      return { epoch: Number(epoch), forked: maybeForked, appliedEpoch: Number(at), authenticator };
    },

    follow: open,
    next,
    async restarted({ stream }) {
      await streams.get(stream).restarted;
    },
    async nextMany({ stream, count }) {
      const all = [];
      while (all.length < count) all.push(await next({ stream }));
      return all;
    },
    async endStream({ stream }) {
      await streams.get(stream).opened.end();
      streams.delete(stream);
    },
  };
}
