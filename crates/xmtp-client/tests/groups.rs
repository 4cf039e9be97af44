//! Groups through the client: what they say about themselves, who may do what, and how members leave.
#![cfg(test)]
use std::{sync::Arc, time::Duration};
use xmtp_client::{
    AdminChange, Client, ClientError, Conversation, Denial, Disappearing, EngineError, Event, GroupId, GroupOptions,
    GroupQuery, GroupStatus, InboxId, LeaveRefusal, LocalWallet, MessageQuery, PermissionKind, Policy, PolicySet, Role,
    Timestamp, Transport, WishError,
};
use xmtp_delivery::LocalTransport;

/// What a test waits for at most.
const PATIENCE: Duration = Duration::from_secs(30);

struct Network(Arc<dyn Transport>);

impl Network {
    fn new() -> Self {
        Self(Arc::new(LocalTransport::new()))
    }

    async fn client(&self) -> Client {
        let builder = Client::builder(LocalWallet::generate().unwrap());
        builder.transport(Arc::clone(&self.0)).in_memory().build().await.unwrap()
    }

    /// A group that alice made, and what bob sees of it.
    async fn pair(&self, options: GroupOptions) -> ((Client, Conversation), (Client, Conversation)) {
        let (alice, bob) = (self.client().await, self.client().await);
        let group = alice.conversations().create_group(&[bob.inbox_id()], options).await.unwrap();
        let at_bob = at(&bob, group.id()).await;
        ((alice, group), (bob, at_bob))
    }
}

async fn at(client: &Client, group: &GroupId) -> Conversation {
    client.conversations().sync_all().await.unwrap();
    client.conversations().find(group).await.unwrap()
}

async fn attribute(conversation: &Conversation, field: &str) -> String {
    conversation.sync().await.unwrap();
    conversation.info().await.unwrap().attributes.get(field).cloned().unwrap_or_default()
}

#[tokio::test] // GROUP.R4
async fn every_attribute_is_changed_by_one_and_read_by_the_other() {
    let network = Network::new();
    let ((alice, group), (_bob, at_bob)) = network.pair(GroupOptions::default()).await;
    group.update_name("Tea").await.unwrap();
    at_bob.sync().await.unwrap();
    at_bob.update_description("with milk").await.unwrap();
    at_bob.update_image_url("https://example.org/tea.png").await.unwrap();
    at_bob.update_app_data("{\"sugar\":2}").await.unwrap();
    group.sync().await.unwrap();
    group.update_minimum_version("1.6.0").await.unwrap();
    for (field, value) in [
        ("group_name", "Tea"),
        ("description", "with milk"),
        ("group_image_url_square", "https://example.org/tea.png"),
        ("app_data", "{\"sugar\":2}"),
        ("minimum_supported_protocol_version", "1.6.0"),
    ] {
        assert_eq!(attribute(&group, field).await, value, "{field}");
        assert_eq!(attribute(&at_bob, field).await, value, "{field}");
    }
    assert_eq!(at_bob.info().await.unwrap().minimum_version.as_deref(), Some("1.6.0"));
    assert_eq!(at_bob.added_by().await.unwrap(), alice.inbox_id());
    let too_long = at_bob.update_app_data(&"x".repeat(8193)).await.unwrap_err();
    assert!(too_long.to_string().contains("app_data has 8193 bytes and may have 8192"), "{too_long}");
    let too_new = group.update_minimum_version("99.0.0").await.unwrap_err();
    assert!(matches!(too_new, ClientError::Engine(EngineError::Wish(WishError::BadValue { .. }))), "{too_new}");
}

#[tokio::test] // GROUP.R8
async fn messages_disappear_when_it_is_set_and_stay_when_it_is_taken_back() {
    let network = Network::new();
    let settings = Disappearing { from: Timestamp::from_nanos(1), after: Duration::from_secs(60) };
    let ((_alice, group), (bob, at_bob)) = network.pair(settings.options().unwrap()).await;
    assert_eq!(at_bob.disappearing().await.unwrap(), Some(settings));
    let longer = Disappearing { after: Duration::from_secs(3600), ..settings };
    group.update_disappearing(Some(longer)).await.unwrap();
    at_bob.sync().await.unwrap();
    for side in [&group, &at_bob] {
        assert_eq!(side.disappearing().await.unwrap(), Some(longer));
    }
    let refused = at_bob.update_disappearing(None).await.unwrap_err();
    assert!(matches!(refused, ClientError::Engine(EngineError::NotPermitted(_))), "{refused}");
    assert_eq!(at_bob.disappearing().await.unwrap(), Some(longer));

    group.update_disappearing(None).await.unwrap();
    assert_eq!(attribute(&at_bob, "message_disappear_in_ns").await, "0");
    assert_eq!(attribute(&at_bob, "message_disappear_from_ns").await, "0");
    assert_eq!(at_bob.disappearing().await.unwrap(), None);
    group.send(b"to stay".to_vec(), false).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    let messages = at_bob.messages(MessageQuery::default()).await.unwrap();
    assert!(messages.iter().all(|message| message.expires_at.is_none()));

    let dm = bob.conversations().dm(network.client().await.inbox_id()).await.unwrap();
    dm.update_disappearing(Some(longer)).await.unwrap();
    assert_eq!(dm.disappearing().await.unwrap(), Some(longer));
}

#[tokio::test] // GROUP.R1
async fn a_group_of_too_many_is_not_made() {
    let alice = Network::new().client().await;
    let inbox = |number: u8| InboxId::from_bytes([number; 32]);
    let others: Vec<InboxId> = (0..250).map(inbox).collect();
    let refused = alice.conversations().create_group(&others, GroupOptions::default()).await.unwrap_err();
    assert!(matches!(refused, ClientError::Engine(EngineError::Wish(WishError::TooManyMembers(251)))), "{refused}");
    assert_eq!(alice.conversations().list(GroupQuery::default()).await.unwrap().len(), 0);
}

#[tokio::test] // GROUP.R2, GROUP.R5
async fn permissions_are_changed_by_a_super_admin_and_refusals_name_policy_and_role() {
    let network = Network::new();
    let ((_alice, group), (bob, at_bob)) = network.pair(GroupOptions::default()).await;
    let name = || PermissionKind::UpdateMetadata("group_name".into());
    group.update_permission(name(), Policy::Admin).await.unwrap();
    at_bob.sync().await.unwrap();
    assert_eq!(at_bob.permissions().await.unwrap().policy(&name()), Some(&Policy::Admin));
    let refused = at_bob.update_name("mine").await.unwrap_err();
    let ClientError::Engine(EngineError::NotPermitted(denial)) = refused else { panic!("{refused}") };
    let Denial::Policy { allows, actor, role, .. } = *denial else { panic!("{denial}") };
    assert_eq!((allows, actor, role), (Policy::Admin, bob.inbox_id(), Role::Member));

    group.update_role(bob.inbox_id(), AdminChange::AddAdmin).await.unwrap();
    at_bob.sync().await.unwrap();
    at_bob.update_name("ours").await.unwrap();
    assert_eq!(attribute(&group, "group_name").await, "ours");
    let refused = at_bob.update_permission(name(), Policy::Allow).await.unwrap_err();
    assert!(refused.to_string().contains("\"update permissions\" allows only super admins"), "{refused}");
    let open = group.update_permission(PermissionKind::AddAdmin, Policy::Allow).await.unwrap_err();
    assert!(open.to_string().contains("cannot be allowed to every member"), "{open}");

    let dm = bob.conversations().dm(network.client().await.inbox_id()).await.unwrap();
    for refused in [dm.update_name("us").await, dm.update_permission(name(), Policy::Deny).await] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, ClientError::Engine(EngineError::Wish(WishError::InDm(_)))), "{refused}");
    }
}

#[tokio::test] // GROUP.R3
async fn a_group_starts_with_the_policies_it_was_given() {
    let network = Network::new();
    let permissions = PolicySet { add_member: Policy::Deny, ..PolicySet::admin_only() };
    let alice = network.client().await;
    let options = GroupOptions { permissions: permissions.clone(), ..GroupOptions::default() };
    let group = alice.conversations().create_group(&[], options).await.unwrap();
    assert_eq!(group.permissions().await.unwrap(), permissions);
    let refused = group.add_members(&[network.client().await.inbox_id()]).await.unwrap_err();
    assert!(refused.to_string().contains("\"add member\" allows nobody"), "{refused}");
}

#[tokio::test] // GROUP.R13
async fn who_asks_to_leave_is_removed_by_a_super_admin_who_is_live() {
    let network = Network::new();
    let ((alice, group), (bob, at_bob)) = network.pair(GroupOptions::default()).await;
    let refused = group.leave().await.unwrap_err();
    let expected = WishError::CannotLeave(LeaveRefusal::SuperAdmin);
    assert!(matches!(refused, ClientError::Engine(EngineError::Wish(why)) if why == expected));

    let mut happened = bob.events();
    let _live = (alice.stream_messages().await.unwrap(), bob.stream_messages().await.unwrap());
    at_bob.leave().await.unwrap();
    let removed = async { while !matches!(happened.recv().await.unwrap(), Event::Removed { .. }) {} };
    tokio::time::timeout(PATIENCE, removed).await.unwrap();
    assert_eq!(at_bob.status().await.unwrap(), GroupStatus::Removed);
    assert!(!at_bob.is_leaving().await.unwrap());
    assert!(!group.info().await.unwrap().members.contains_key(&bob.inbox_id()));
}

#[tokio::test] // GROUP.R13
async fn who_asked_while_no_super_admin_was_there_is_removed_by_the_next_one_that_syncs_or_is_live() {
    let network = Network::new();
    for is_live in [false, true] {
        let ((alice, group), (bob, at_bob)) = network.pair(GroupOptions::default()).await;
        at_bob.leave().await.unwrap();
        assert!(at_bob.is_leaving().await.unwrap());
        let again = at_bob.leave().await.unwrap_err();
        assert!(again.to_string().contains("it has asked before"), "{again}");

        let mut happened = alice.events();
        let _live = if is_live { Some(alice.stream_messages().await.unwrap()) } else { None };
        if !is_live {
            group.sync().await.unwrap();
        }
        let left = async {
            loop {
                if let Event::Changed { change, .. } = happened.recv().await.unwrap() {
                    return change.left;
                }
            }
        };
        assert_eq!(tokio::time::timeout(PATIENCE, left).await.unwrap(), [bob.inbox_id()]);
    }
}

#[tokio::test] // GROUP.R12, GROUP.R14
async fn who_came_a_moment_before_somebody_asked_to_leave_is_told_that_it_left() {
    let network = Network::new();
    let ((alice, group), (bob, at_bob)) = network.pair(GroupOptions::default()).await;
    let carol = network.client().await;
    group.add_members(&[carol.inbox_id()]).await.unwrap();
    // Bob has not heard of carol.
    at_bob.leave().await.unwrap();
    let mut happened = carol.events();
    carol.conversations().sync_all().await.unwrap();
    alice.conversations().sync_all().await.unwrap();
    carol.conversations().sync_all().await.unwrap();
    let mut left = Vec::new();
    while let Ok(event) = happened.try_recv() {
        if let Event::Changed { change, .. } = event {
            assert_eq!(change.removed, []);
            left.extend(change.left);
        }
    }
    assert_eq!(left, [bob.inbox_id()]);
}

#[tokio::test] // GROUP.R7
async fn an_installation_is_taken_out_and_put_back() {
    let network = Network::new();
    let ((alice, group), (bob, at_bob)) = network.pair(GroupOptions::default()).await;
    let refused = at_bob.readd_installations(&[alice.installation_id()]).await.unwrap_err();
    assert!(matches!(refused, ClientError::Engine(EngineError::NotPermitted(_))), "{refused}");
    group.readd_installations(&[bob.installation_id()]).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    assert_eq!(at_bob.info().await.unwrap(), group.info().await.unwrap());
    at_bob.send(b"still here".to_vec(), false).await.unwrap();
    group.sync().await.unwrap();
    let messages = group.messages(MessageQuery::default()).await.unwrap();
    assert!(messages.iter().any(|message| message.content == b"still here"));
}
