// Contents with fields of their own, as users of the official client say them, and files that they seal and open.
//
// Bytes come as hex and nanoseconds as text; without what is not set.
export function contentCommands({ sdk, conversation, hexToBytes }) {
  const timed = ({ expiresAtNs, ...rest }) => ({
    ...rest,
    ...(expiresAtNs !== undefined && { expiresAtNs: BigInt(expiresAtNs) }),
  });
  const keyed = ({ secret, salt, nonce, ...rest }) => ({
    ...rest,
    secret: hexToBytes(secret),
    salt: hexToBytes(salt),
    nonce: hexToBytes(nonce),
  });

  const say = {
    "xmtp.org/attachment": (to, { content, ...rest }) => to.sendAttachment({ ...rest, content: hexToBytes(content) }),
    "xmtp.org/remoteStaticAttachment": (to, fields) => to.sendRemoteAttachment(keyed(fields)),
    "xmtp.org/multiRemoteStaticAttachment": (to, { attachments }) =>
      to.sendMultiRemoteAttachment({ attachments: attachments.map(keyed) }),
    "xmtp.org/transactionReference": (to, fields) => to.sendTransactionReference(fields),
    "xmtp.org/walletSendCalls": (to, fields) => to.sendWalletSendCalls(fields),
    "coinbase.com/actions": (to, { actions, ...rest }) => to.sendActions(timed({ ...rest, actions: actions.map(timed) })),
    "coinbase.com/intent": (to, fields) => to.sendIntent(fields),
  };

  return {
    sendFields: async (request) => say[request.type](await conversation(request), request.fields),
    // Content as it is, of a form that the calls above do not make.
    sendRaw: async ({ type, text, fallback, ...request }) => {
      const [authorityId, typeId] = type.split("/");
      return (await conversation(request)).send(
        {
          type: { authorityId, typeId, versionMajor: 1, versionMinor: 0 },
          parameters: {},
          fallback,
          content: new TextEncoder().encode(text),
        },
        { shouldPush: true },
      );
    },
    seal: async ({ fields }) => sdk.encryptAttachment({ ...fields, content: hexToBytes(fields.content) }),
    open: async ({ payload, fields }) => sdk.decryptAttachment(hexToBytes(payload), keyed(fields)),
  };
}
