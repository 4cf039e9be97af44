//! Messages with what others said about them.
use crate::support::{Network, at, text};
use xmtp_client::{Body, DeletionCause, EnrichedMessage, GroupOptions, MessageKind, MessageQuery, Tally};
use xmtp_content_types::{Content, Reaction, ReactionAction, ReactionSchema};

async fn shown(conversation: &xmtp_client::Conversation) -> Vec<EnrichedMessage> {
    let query = MessageQuery { kind: Some(MessageKind::Application), ..MessageQuery::default() };
    conversation.enriched(query).await.unwrap()
}

fn taken_back(message: xmtp_client::MessageId, emoji: &str) -> Vec<u8> {
    let reaction = Reaction { action: ReactionAction::Removed, ..Reaction::added(message, emoji) };
    Content::from(reaction).to_bytes()
}

#[tokio::test] // MSG.R11, MSG.R12
async fn replies_and_reactions_hang_on_what_they_are_about() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    let group = alice.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
    let question = group.send(text("a question"), true).await.unwrap();
    let there = at(&bob, &group).await;
    let answer = there.send(Content::reply(question, "an answer").to_bytes(), true).await.unwrap();
    for emoji in ["+1", "tea", "+1"] {
        there.send(Content::reaction(question, emoji).to_bytes(), false).await.unwrap();
    }
    there.send(taken_back(question, "tea"), false).await.unwrap();
    there.send(Content::ReadReceipt.to_bytes(), false).await.unwrap();
    there.send(b"no encoded content".to_vec(), false).await.unwrap();
    group.sync().await.unwrap();
    group.send(Content::reaction(question, "+1").to_bytes(), false).await.unwrap();
    group.sync().await.unwrap();

    let shown = shown(&group).await;
    let ids: Vec<_> = shown.iter().map(|shown| shown.message.id).collect();
    assert_eq!(ids, [question, answer]);
    let [asked, answered] = shown.as_slice() else { panic!() };
    assert_eq!((asked.content(), asked.replies, asked.reactions.len()), (Some(&Content::text("a question")), 1, 5));
    let mut inboxes = vec![alice.inbox_id(), bob.inbox_id()];
    inboxes.sort();
    let standing = Tally { content: "+1".into(), schema: ReactionSchema::Unicode, inboxes };
    assert_eq!(asked.tally(), [standing]);
    assert!(asked.in_reply_to.is_none());
    let parent = answered.in_reply_to.as_ref().unwrap();
    assert_eq!((parent.message.id, &parent.body), (question, &Body::Content(Content::text("a question"))));
    assert_eq!(answered.content().and_then(Content::as_text), Some("an answer"));
    assert_eq!(group.last_message().await.unwrap().unwrap().message.id, answer);
}

#[tokio::test] // MSG.R13
async fn a_deleted_message_keeps_its_place_and_nothing_that_was_said_about_it() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    let group = alice.conversations().create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
    let question = group.send(text("a question"), true).await.unwrap();
    group.send(Content::reply(question, "never mind").to_bytes(), true).await.unwrap();
    group.send(Content::reaction(question, "+1").to_bytes(), false).await.unwrap();
    group.delete_message(question).await.unwrap();

    let there = at(&bob, &group).await;
    for conversation in [&group, &there] {
        let [asked, answered] = shown(conversation).await.try_into().unwrap();
        assert_eq!(asked.body, Body::Deleted(DeletionCause::Sender));
        assert_eq!((asked.replies, asked.reactions.len(), asked.content()), (0, 0, None));
        assert_eq!(answered.in_reply_to.unwrap().body, Body::Deleted(DeletionCause::Sender));
    }
}

#[tokio::test]
async fn a_message_of_another_conversation_is_not_shown_as_what_was_answered() {
    let network = Network::default();
    let alice = network.client().await;
    let one = alice.conversations().create_group(&[], GroupOptions::default()).await.unwrap();
    let other = alice.conversations().create_group(&[], GroupOptions::default()).await.unwrap();
    let said = one.send(text("here"), true).await.unwrap();
    other.send(Content::reply(said, "there").to_bytes(), true).await.unwrap();
    other.send(Content::reaction(said, "+1").to_bytes(), true).await.unwrap();
    assert!(shown(&other).await[0].in_reply_to.is_none());
    let shown = shown(&one).await;
    assert_eq!((shown[0].replies, shown[0].reactions.len()), (0, 0));
}

#[tokio::test]
async fn the_newest_read_receipt_of_each_inbox_says_when_it_has_read() {
    let network = Network::default();
    let (alice, bob) = (network.client().await, network.client().await);
    let dm = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    assert!(dm.last_read_times().await.unwrap().is_empty());
    let there = at(&bob, &dm).await;
    there.send(Content::ReadReceipt.to_bytes(), false).await.unwrap();
    let newest = there.send(Content::ReadReceipt.to_bytes(), false).await.unwrap();
    there.send(text("read it"), true).await.unwrap();
    dm.sync().await.unwrap();
    let read_at = alice.message(newest).await.unwrap().unwrap().sent_at;
    assert_eq!(dm.last_read_times().await.unwrap().into_iter().collect::<Vec<_>>(), [(bob.inbox_id(), read_at)]);
}
