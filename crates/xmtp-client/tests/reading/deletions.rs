//! Deleting messages, and streaming deletions.
use crate::support::{Network, at, text};
use std::time::Duration;
use xmtp_client::{
    Body, Client, ClientError, Conversation, DeletionCause, EngineError, GroupOptions, MessageId, MessageQuery,
    StreamPosition,
};
use xmtp_content_types::{Content, DeleteMessage};

const MINUTE: Duration = Duration::from_secs(60);

/// Alice, who is the super admin, bob and carol, each with the same group.
async fn three(network: &Network, options: GroupOptions) -> [(Client, Conversation); 3] {
    let (alice, bob, carol) = (network.client().await, network.client().await, network.client().await);
    let members = [bob.inbox_id(), carol.inbox_id()];
    let group = alice.conversations().create_group(&members, options).await.unwrap();
    let (at_bob, at_carol) = (at(&bob, &group).await, at(&carol, &group).await);
    [(alice, group), (bob, at_bob), (carol, at_carol)]
}

async fn body(conversation: &Conversation, message: MessageId) -> Option<Body> {
    conversation.sync().await.unwrap();
    let shown = conversation.enriched(MessageQuery::default()).await.unwrap();
    shown.into_iter().find(|shown| shown.message.id == message).map(|shown| shown.body)
}

#[tokio::test] // MSG.R9
async fn who_sent_a_message_and_super_admins_can_delete_it_and_nobody_else() {
    let network = Network::default();
    let [(alice, at_alice), (bob, at_bob), (_carol, at_carol)] = three(&network, GroupOptions::default()).await;
    let first = at_bob.send(text("first"), true).await.unwrap();
    let second = at_bob.send(text("second"), true).await.unwrap();
    at_alice.sync().await.unwrap();
    at_carol.sync().await.unwrap();

    at_bob.delete_message(first).await.unwrap();
    at_alice.delete_message(second).await.unwrap();
    let by_alice = Body::Deleted(DeletionCause::SuperAdmin(alice.inbox_id()));
    for conversation in [&at_alice, &at_bob, &at_carol] {
        assert_eq!(body(conversation, first).await, Some(Body::Deleted(DeletionCause::Sender)));
        assert_eq!(body(conversation, second).await, Some(by_alice.clone()));
    }
    // What was said is still in the database, and says that it is not to be shown.
    let kept = bob.message(first).await.unwrap().unwrap();
    assert_eq!((kept.content, kept.deleted), (text("first"), Some(DeletionCause::Sender)));
    let listed = at_carol.messages(MessageQuery::default()).await.unwrap();
    let marked: Vec<_> = listed.iter().filter(|message| message.deleted.is_some()).map(|message| message.id).collect();
    assert_eq!(marked, [first, second]);

    let third = at_alice.send(text("third"), true).await.unwrap();
    at_carol.sync().await.unwrap();
    let refused = at_carol.delete_message(third).await.unwrap_err();
    assert!(matches!(refused, ClientError::Engine(EngineError::Refused(_))), "{refused}");
    let asked = Content::DeleteMessage(DeleteMessage::new(third));
    at_carol.send(asked.to_bytes(), false).await.unwrap();
    for conversation in [&at_alice, &at_bob, &at_carol] {
        assert_eq!(body(conversation, third).await, Some(Body::Content(Content::text("third"))));
    }
}

#[tokio::test] // MSG.R9
async fn what_changes_a_group_or_speaks_of_a_message_cannot_be_deleted() {
    let network = Network::default();
    let [(_alice, at_alice), (bob, _), _others] = three(&network, GroupOptions::default()).await;
    let said = at_alice.send(text("said"), true).await.unwrap();
    let reaction = at_alice.send(Content::reaction(said, "x").to_bytes(), false).await.unwrap();
    let changes = MessageQuery { content_types: vec!["xmtp.org/group_updated".into()], ..MessageQuery::default() };
    let change = at_alice.messages(changes).await.unwrap()[0].id;
    let unknown = MessageId::from_bytes([7; 32]);
    at_alice.delete_message(said).await.unwrap();
    let elsewhere = bob.conversations().create_group(&[], GroupOptions::default()).await.unwrap();
    let foreign = elsewhere.send(text("elsewhere"), false).await.unwrap();
    for id in [reaction, change, unknown, said, foreign] {
        let refused = at_alice.delete_message(id).await.unwrap_err();
        assert!(matches!(refused, ClientError::Engine(EngineError::Refused(_))), "{refused}");
    }
}

#[tokio::test] // MSG.R10
async fn a_deletion_counts_in_the_conversation_of_its_message_alone() {
    let network = Network::default();
    let [(alice, at_alice), (bob, at_bob), _others] = three(&network, GroupOptions::default()).await;
    let said = at_bob.send(text("said"), true).await.unwrap();
    let other = alice.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
    let asked = Content::DeleteMessage(DeleteMessage::new(said));
    other.send(asked.to_bytes(), false).await.unwrap();
    at(&bob, &other).await;
    assert_eq!(body(&at_bob, said).await, Some(Body::Content(Content::text("said"))));
    assert_eq!(body(&at_alice, said).await, Some(Body::Content(Content::text("said"))));
}

#[tokio::test] // MSG.R15
async fn deletions_by_members_and_by_time_are_streamed_once_and_from_a_position() {
    let network = Network::default();
    let options = GroupOptions {
        disappear_from_ns: Some(1),
        disappear_in_ns: Some(i64::try_from(MINUTE.as_nanos()).unwrap()),
        ..GroupOptions::default()
    };
    let [(_alice, at_alice), (bob, at_bob), _others] = three(&network, options).await;
    let mut stream = bob.stream_deletions().await.unwrap();
    let deleted = at_alice.send(text("deleted"), true).await.unwrap();
    let kept = at_alice.send(text("kept"), true).await.unwrap();
    at_alice.delete_message(deleted).await.unwrap();
    let first = stream.next().await.unwrap().unwrap();
    assert_eq!((first.message, first.cause, &first.conversation), (deleted, DeletionCause::Sender, at_bob.id()));
    let position = stream.position();

    network.clock.advance(MINUTE * 2);
    let mut expired = vec![stream.next().await.unwrap().unwrap(), stream.next().await.unwrap().unwrap()];
    expired.retain(|deletion| deletion.message == kept);
    let [last] = expired.as_slice() else { panic!("{expired:?}") };
    assert_eq!(last.cause, DeletionCause::Expired);
    assert!(bob.message(kept).await.unwrap().is_none());
    let mut again = bob.stream_deletions_from(StreamPosition::Start).await.unwrap();
    assert_eq!(again.next().await.unwrap().unwrap(), first);
    let mut after = bob.stream_deletions_from(StreamPosition::After(position)).await.unwrap();
    let following = [after.next().await.unwrap().unwrap(), after.next().await.unwrap().unwrap()];
    assert!(following.contains(last) && !following.contains(&first));
}
