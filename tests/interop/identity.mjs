// What users of the official client do with inboxes: read them, extend them, recover them.
//
// Accounts come as `signers.mjs` describes them, identifiers as {"kind","identifier"} of the same.
export function identityCommands({ sdk, user, hexToBytes, signers: { identifierOf, signerOf } }) {
  // Functions that need no client are told the network: by name before 6.0, as a backend since.
  let network;
  const local = async ({ apiUrl }) =>
    (network ??= sdk.createBackend ? await sdk.createBackend({ env: "local", apiUrl }) : "local");

  const readIdentifier = ({ identifier, identifierKind }) => ({
    kind: identifierKind === sdk.IdentifierKind.Passkey ? "passkey" : "ethereum",
    identifier,
  });

  const readInbox = ({ inboxId, recoveryIdentifier, identifiers, installations }) => ({
    inboxId,
    recovery: readIdentifier(recoveryIdentifier),
    identifiers: identifiers.map(readIdentifier),
    installations: installations.map(({ id, clientTimestampNs }) => ({ id, addedAtNs: clientTimestampNs ?? null })),
  });

  // What applications call signs with the account a client was made with. Where another account signs, the same steps
  // are taken one by one.
  async function change({ by, ...request }, asApplication, makeRequest) {
    const client = user(request);
    if (JSON.stringify(client.signer.account) === JSON.stringify(by)) return asApplication(client);
    const signatureRequest = await makeRequest(client);
    if (!signatureRequest) throw new Error("the client sees nothing to sign");
    await client.unsafe_addSignature(signatureRequest, signerOf(by));
    await client.unsafe_applySignatureRequest(signatureRequest);
  }

  return {
    generateInboxId: ({ identifier, nonce }) => sdk.generateInboxId(identifierOf(identifier), BigInt(nonce)),
    inboxIds: async ({ identifiers, ...request }) =>
      Promise.all(identifiers.map((it) => user(request).fetchInboxIdByIdentifier(identifierOf(it)))),
    async canMessage({ identifiers, ...request }) {
      const answers = await user(request).canMessage(identifiers.map(identifierOf));
      return identifiers.map(({ identifier }) => answers.get(identifier.toLowerCase()) ?? answers.get(identifier));
    },
    inboxStates: async ({ inboxIds, ...request }) =>
      (await user(request).preferences.fetchInboxStates(inboxIds)).map(readInbox),
    inboxStatesStatically: async ({ inboxIds, ...request }) =>
      (await sdk.Client.fetchInboxStates(inboxIds, await local(request))).map(readInbox),
    // Nothing before 6.0.
    updateCounts: async ({ inboxIds, ...request }) =>
      (await user(request).fetchLatestInboxUpdatesCount?.(inboxIds)) ?? null,
    keyPackages: async ({ installations, ...request }) => user(request).fetchKeyPackageStatuses(installations),
    isAuthorized: async ({ inboxId, address, installation, ...request }) =>
      address
        ? sdk.Client.isAddressAuthorized(inboxId, address, await local(request))
        : sdk.Client.isInstallationAuthorized(inboxId, hexToBytes(installation), await local(request)),

    // Without its second argument the client refuses every account; only the error tells those that are taken.
    async addAccount({ account, reassign, ...request }) {
      const [client, signer] = [user(request), signerOf(account)];
      if (!reassign) {
        const refusal = await client.unsafe_addAccount(signer, false).catch((error) => error);
        if (refusal instanceof sdk.AccountAlreadyAssociatedError) throw refusal;
      }
      await client.unsafe_addAccount(signer, true);
    },
    async removeAccount({ identifier, ...request }) {
      const account = identifierOf(identifier);
      await change(
        request,
        (client) => client.removeAccount(account),
        (client) => client.unsafe_removeAccountSignatureRequest(account),
      );
    },
    async changeRecovery({ identifier, ...request }) {
      const recovery = identifierOf(identifier);
      await change(
        request,
        (client) => client.changeRecoveryIdentifier(recovery),
        (client) => client.unsafe_changeRecoveryIdentifierSignatureRequest(recovery),
      );
    },
    async revoke({ installations, ...request }) {
      const ids = installations.map(hexToBytes);
      await change(
        request,
        (client) => client.revokeInstallations(ids),
        (client) => client.unsafe_revokeInstallationsSignatureRequest(ids),
      );
    },
    revokeOthers: async (request) =>
      change(
        request,
        (client) => client.revokeAllOtherInstallations(),
        (client) => client.unsafe_revokeAllOtherInstallationsSignatureRequest(),
      ),
    revokeStatically: async ({ inboxId, installations, by, ...request }) =>
      sdk.Client.revokeInstallations(signerOf(by), inboxId, installations.map(hexToBytes), await local(request)),

    signText: ({ text, ...request }) => user(request).signWithInstallationKey(text),
    verifyText: ({ text, signature, installation }) =>
      sdk.Client.verifySignedWithPublicKey(text, hexToBytes(signature), hexToBytes(installation)),
  };
}
