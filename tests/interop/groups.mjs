// What users of the official client do with groups beyond making, filling and naming them.
//
// Policies come and go by the names below. Times are decimal nanoseconds.
export function groupCommands({ user, conversation }) {
  const rules = ["allow", "deny", "admin", "superAdmin", "missing", "other"];
  const parts = ["addMember", "removeMember", "addAdmin", "removeAdmin"];
  const fields = ["appData", "description", "name", "imageUrl", "disappearFrom", "disappearIn"];

  const policySet = (policies) => ({
    addMemberPolicy: rules.indexOf(policies.addMember),
    removeMemberPolicy: rules.indexOf(policies.removeMember),
    addAdminPolicy: rules.indexOf(policies.addAdmin),
    removeAdminPolicy: rules.indexOf(policies.removeAdmin),
    updateGroupNamePolicy: rules.indexOf(policies.name),
    updateGroupDescriptionPolicy: rules.indexOf(policies.description),
    updateGroupImageUrlSquarePolicy: rules.indexOf(policies.imageUrl),
    updateMessageDisappearingPolicy: rules.indexOf(policies.disappearing),
    updateAppDataPolicy: rules.indexOf(policies.appData),
  });

  const disappearingOptions = (disappearing) =>
    disappearing && {
      messageDisappearingSettings: { fromNs: BigInt(disappearing.fromNs), inNs: BigInt(disappearing.inNs) },
    };

  // A preset goes by its name; anything else is a set of policies.
  const groupOptions = ({ name, description, imageUrl, appData, disappearing, policies }) => ({
    groupName: name,
    groupDescription: description,
    groupImageUrlSquare: imageUrl,
    appData,
    ...disappearingOptions(disappearing),
    ...(typeof policies === "string"
      ? { permissions: ["allMembers", "adminOnly"].indexOf(policies) }
      : { permissions: 2, customPermissionPolicySet: policySet(policies) }),
  });

  return {
    groupWith: async ({ members, ...request }) =>
      (await user(request).conversations.createGroup(members, groupOptions(request))).id,
    groupLater: (request) => user(request).conversations.createGroupOptimistic(groupOptions(request)).id,
    dmWith: async ({ peer, disappearing, ...request }) =>
      (await user(request).conversations.createDm(peer, disappearingOptions(disappearing) || {})).id,

    updateImageUrl: async (request) => (await conversation(request)).updateImageUrl(request.imageUrl),
    updateAppData: async (request) => (await conversation(request)).updateAppData(request.appData),
    removeSuperAdmin: async (request) => (await conversation(request)).removeSuperAdmin(request.inboxId),
    async updateDisappearing({ disappearing, ...request }) {
      const found = await conversation(request);
      if (disappearing === null) return found.removeMessageDisappearingSettings();
      return found.updateMessageDisappearingSettings(BigInt(disappearing.fromNs), BigInt(disappearing.inNs));
    },
    async updatePermission({ permission: { part, rule }, ...request }) {
      const found = await conversation(request);
      const kind = parts.indexOf(part);
      if (kind >= 0) return found.updatePermission(kind, rules.indexOf(rule));
      return found.updatePermission(4, rules.indexOf(rule), fields.indexOf(part));
    },

    isLeaving: async (request) => (await conversation(request)).isPendingRemoval(),
    addedBy: async (request) => (await conversation(request)).addedByInboxId,
    pausedFor: async (request) => (await conversation(request)).pausedForVersion() ?? null,
    addMembersByIdentifiers: async ({ identifiers, ...request }) =>
      (await conversation(request)).addMembersByIdentifiers(
        identifiers.map((identifier) => ({ identifier, identifierKind: 0 })),
      ),
  };
}

// What a conversation of the official client says of itself beyond names and members.
export function describeSettings(found, isGroup) {
  const rules = ["allow", "deny", "admin", "superAdmin", "missing", "other"];
  const policies = (set) => ({
    addMember: rules[set.addMemberPolicy],
    removeMember: rules[set.removeMemberPolicy],
    addAdmin: rules[set.addAdminPolicy],
    removeAdmin: rules[set.removeAdminPolicy],
    name: rules[set.updateGroupNamePolicy],
    description: rules[set.updateGroupDescriptionPolicy],
    imageUrl: rules[set.updateGroupImageUrlSquarePolicy],
    disappearing: rules[set.updateMessageDisappearingPolicy],
    appData: rules[set.updateAppDataPolicy],
  });
  return {
    imageUrl: isGroup ? found.imageUrl : null,
    appData: isGroup ? found.appData : null,
    disappearing: found.isMessageDisappearingEnabled() ? found.messageDisappearingSettings() : null,
    policies: isGroup ? policies(found.permissions().policySet) : null,
  };
}
