// How users of the official client say things, and read, count, delete and follow what was said.
export function messageCommands({ sdk, user, conversation }) {
  // Before 6.0 the second argument says by itself that a message waits.
  const waiting = sdk.createBackend ? { optimistic: true } : true;

  const custom = (to, type, content, fallback, options) =>
    to.send(
      { type: { versionMajor: 1, versionMinor: 0, ...type }, parameters: {}, ...(fallback !== null && { fallback }), content },
      { shouldPush: true, ...options },
    );

  // Protobuf: field 1 is a text.
  const textField = (text) => {
    const bytes = new TextEncoder().encode(text);
    return Uint8Array.from([0x0a, bytes.length, ...bytes]);
  };

  const say = {
    text: (to, { text }, later) => to.sendText(text, later),
    markdown: (to, { text }, later) => to.sendMarkdown(text, later),
    readReceipt: (to, _, later) => to.sendReadReceipt(later),
    reply: (to, { text, reference }, later) => to.sendReply({ content: sdk.encodeText(text), reference }, later),
    reaction: (to, { emoji, reference, referenceInboxId, removed }, later) =>
      to.sendReaction(
        {
          reference,
          referenceInboxId,
          content: emoji,
          action: removed ? sdk.ReactionAction.Removed : sdk.ReactionAction.Added,
          schema: sdk.ReactionSchema.Unicode,
        },
        later,
      ),
    custom: (to, { typeId, text, fallback }, later) =>
      custom(to, { authorityId: "example.org", typeId }, new TextEncoder().encode(text), fallback, later && { optimistic: true }),
  };

  const contentTypeName = (type) =>
    type && `${type.authorityId}/${type.typeId}:${type.versionMajor}.${type.versionMinor}`;

  // A reply quotes the message it answers as an object of the client's own class.
  const readContent = (content) =>
    content?.inReplyTo === undefined
      ? (content ?? null)
      : {
          reference: content.referenceId,
          content: content.content,
          inReplyTo: content.inReplyTo ? readMessage(content.inReplyTo) : null,
        };

  const readMessage = (message) => ({
    id: message.id,
    conversation: message.conversationId,
    sender: message.senderInboxId,
    sentAtNs: message.sentAtNs,
    kind: ["application", "membershipChange"][message.kind] ?? message.kind,
    status: ["unpublished", "published", "failed"][message.deliveryStatus] ?? message.deliveryStatus,
    // In place of a deleted message that is quoted stands what deleted it, under the type of what was there.
    type: message.content?.deletedBy ? "xmtp.org/deletedMessage:1.0" : contentTypeName(message.contentType),
    content: readContent(message.content),
    fallback: message.fallback ?? null,
    replies: message.numReplies ?? 0,
    expiresAtNs: message.expiresAtNs ?? null,
    reactions: (message.reactions ?? []).map(readMessage),
  });

  const types = {
    groupUpdated: "GroupUpdated",
    markdown: "Markdown",
    reaction: "Reaction",
    readReceipt: "ReadReceipt",
    reply: "Reply",
    text: "Text",
  };
  const typesOf = (names) => names.map((name) => sdk.ContentType[types[name]]);

  const queryOptions = ({ after, before, limit, newestFirst, kind, types, notTypes, notSenders, status }) => ({
    ...(after !== null && { sentAfterNs: BigInt(after) }),
    ...(before !== null && { sentBeforeNs: BigInt(before) }),
    ...(limit !== null && { limit }),
    direction: newestFirst ? 1 : 0,
    ...(kind !== null && { kind: ["application", "membershipChange"].indexOf(kind) }),
    ...(status !== null && { deliveryStatus: ["unpublished", "published", "failed"].indexOf(status) }),
    ...(types.length > 0 && { contentTypes: typesOf(types) }),
    ...(notTypes.length > 0 && { excludeContentTypes: typesOf(notTypes) }),
    ...(notSenders.length > 0 && { excludeSenderInboxIds: notSenders }),
  });

  const commands = {
    send: async (request) => say[request.type](await conversation(request), request),
    sendLater: async (request) => say[request.type](await conversation(request), request, waiting),
    publish: async (request) => (await conversation(request)).publishMessages(),
    // There is no call for this: the message that asks for it is sent as an application sends a type of its own.
    deleteMessage: async ({ message, ...request }) =>
      custom(await conversation(request), { authorityId: "xmtp.org", typeId: "deleteMessage" }, textField(message), null),

    messages: async (request) => (await (await conversation(request)).messages()).map(readMessage),
    message: async (request) => {
      const found = user(request).conversations.getMessageById(request.message);
      return found ? readMessage(found) : null;
    },
    query: async ({ query, ...request }) =>
      (await (await conversation(request)).messages(queryOptions(query))).map(readMessage),
    async count({ query, ...request }) {
      const { limit, direction, ...options } = queryOptions(query);
      return (await conversation(request)).countMessages(options);
    },
    async last(request) {
      const last = await (await conversation(request)).lastMessage();
      return last ? readMessage(last) : null;
    },
    readTimes: async (request) => (await conversation(request)).lastReadTimes(),
  };
  return { commands, readMessage };
}
