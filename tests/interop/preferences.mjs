// What users of the official client do with preferences: who is wanted, and the keys for push.
//
//   {"do":"setConsent","decisions":[{"kind":"inbox","entity":"..","state":"denied"}]}
//   {"do":"consentOf","kind":"conversation","entity":".."}                               -> "denied"
//   {"do":"streamPreferences","stream":"s"}, then {"do":"nextPreference","stream":"s"}   -> {"kind":..} or {"kind":"pushKeys"}
const kinds = ["conversation", "inbox"];
const states = ["unknown", "allowed", "denied"];

export function preferenceCommands({ user, conversation }) {
  const streams = new Map();

  const seen = (update) =>
    update.type === "HmacKeyUpdate"
      ? { kind: "pushKeys" }
      : {
          kind: kinds[update.consent.entityType],
          entity: update.consent.entity,
          state: states[update.consent.state],
        };

  const keysOf = (found) =>
    Object.entries(found instanceof Map ? Object.fromEntries(found) : found).map(([id, keys]) => ({
      conversation: id,
      keys: keys.map(({ key, epoch }) => ({ key: Uint8Array.from(key), epoch: Number(epoch) })),
    }));

  return {
    consentOf: async ({ kind, entity, ...rest }) =>
      states[await user(rest).preferences.getConsentState(kinds.indexOf(kind), entity)],
    setConsent: async ({ decisions, ...rest }) =>
      user(rest).preferences.setConsentStates(
        decisions.map(({ kind, entity, state }) => ({
          entityType: kinds.indexOf(kind),
          entity,
          state: states.indexOf(state),
        })),
      ),
    setConversationConsent: async ({ state, ...rest }) =>
      (await conversation(rest)).updateConsentState(states.indexOf(state)),
    // The group of one's own installations is joined by a welcome as any other.
    syncPreferences: async (request) => {
      await user(request).conversations.sync();
      await user(request).preferences.sync();
    },
    hmacKeys: async (request) => keysOf(await user(request).conversations.hmacKeys()),
    conversationHmacKeys: async (request) => keysOf((await conversation(request)).hmacKeys()),
    async streamPreferences({ stream, ...rest }) {
      const source = await user(rest).preferences.streamPreferences();
      streams.set(stream, { source, ready: [] });
    },
    async nextPreference({ stream }) {
      const { source, ready } = streams.get(stream);
      while (ready.length === 0) {
        const { value, done } = await source.next();
        if (done || value === undefined) throw new Error("the stream has ended");
        ready.push(...value.map(seen));
      }
      return ready.shift();
    },
  };
}
