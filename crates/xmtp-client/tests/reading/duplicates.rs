//! Direct conversations that were opened more than once.
use crate::support::{Network, text, texts};
use xmtp_client::{Client, Conversation, ConversationStreamOptions, GroupQuery, MessageQuery, StreamPosition};

/// Two clients that have opened a direct conversation with each other at once, and have learned of it since.
async fn opened_at_once(network: &Network) -> [(Client, Conversation); 2] {
    let (alice, bob) = (network.client().await, network.client().await);
    let hers = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    let his = bob.conversations().dm(alice.inbox_id()).await.unwrap();
    assert_ne!(hers.id(), his.id());
    hers.send(text("from alice"), true).await.unwrap();
    his.send(text("from bob"), true).await.unwrap();
    alice.conversations().sync_all().await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    [(alice, hers), (bob, his)]
}

#[tokio::test] // MSG.R5
async fn what_is_said_in_either_is_in_both() {
    let network = Network::default();
    let [(alice, hers), (bob, his)] = opened_at_once(&network).await;
    for (client, own) in [(&alice, &hers), (&bob, &his)] {
        assert_eq!(texts(own).await, ["from alice", "from bob"]);
        let [other] = own.duplicates().await.unwrap().try_into().unwrap();
        let other = client.conversations().find(&other).await.unwrap();
        assert_eq!(texts(&other).await, ["from alice", "from bob"]);
        assert_eq!(other.duplicates().await.unwrap(), [own.id().clone()]);

        let listed = client.conversations().list(GroupQuery::default()).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].id(), his.id());
        let all = client.conversations().list_with_duplicates(GroupQuery::default()).await.unwrap();
        assert_eq!(all.len(), 2);
    }
    let group = alice.conversations().create_group(&[], Default::default()).await.unwrap();
    assert_eq!(group.duplicates().await.unwrap(), []);
}

#[tokio::test] // MSG.R6
async fn what_is_sent_goes_to_the_one_that_was_active_last_whichever_it_is_sent_in() {
    let network = Network::default();
    let [(alice, hers), (bob, his)] = opened_at_once(&network).await;
    let sent = hers.send(text("again from alice"), true).await.unwrap();
    assert_eq!(alice.message(sent).await.unwrap().unwrap().conversation, *his.id());

    // The sync of one brings the other up to date.
    let [other] = his.duplicates().await.unwrap().try_into().unwrap();
    bob.conversations().find(&other).await.unwrap().sync().await.unwrap();
    assert_eq!(texts(&his).await, ["from alice", "from bob", "again from alice"]);
    let found = alice.conversations().dm(bob.inbox_id()).await.unwrap();
    assert_eq!(found.id(), his.id());
    assert_eq!(alice.conversations().find_dm(bob.inbox_id()).await.unwrap().unwrap().id(), his.id());

    let later = hers.send_later(text("and later"), true).await.unwrap();
    hers.publish().await.unwrap();
    his.sync().await.unwrap();
    assert_eq!(bob.message(later).await.unwrap().unwrap().conversation, *his.id());
}

#[tokio::test] // MSG.R14
async fn a_stream_of_conversations_gives_the_first_alone_unless_duplicates_are_asked_for() {
    let network = Network::default();
    let [(alice, hers), _] = opened_at_once(&network).await;
    let from = StreamPosition::Start;
    let options = ConversationStreamOptions { from, ..ConversationStreamOptions::default() };
    let mut one = alice.conversations().stream_with(options.clone()).await.unwrap();
    let options = ConversationStreamOptions { include_duplicates: true, ..options };
    let mut each = alice.conversations().stream_with(options).await.unwrap();
    let group = alice.conversations().create_group(&[], Default::default()).await.unwrap();

    for expected in [hers.id(), group.id()] {
        assert_eq!(one.next().await.unwrap().unwrap().id(), expected);
    }
    let duplicate = hers.duplicates().await.unwrap().remove(0);
    for expected in [hers.id(), &duplicate, group.id()] {
        assert_eq!(each.next().await.unwrap().unwrap().id(), expected);
    }
}

#[tokio::test]
async fn a_change_in_a_direct_conversation_is_counted_only_if_it_is_asked_for() {
    let network = Network::default();
    let [(_, hers), _] = opened_at_once(&network).await;
    assert_eq!(hers.count_messages(MessageQuery::default()).await.unwrap(), 2);
    let changes = MessageQuery { content_types: vec!["xmtp.org/group_updated".into()], ..MessageQuery::default() };
    assert_eq!(hers.count_messages(changes).await.unwrap(), 2);
}

#[tokio::test]
async fn a_stream_of_one_direct_conversation_gives_what_is_said_in_its_duplicates() {
    let network = Network::default();
    let [(alice, hers), (bob, _)] = opened_at_once(&network).await;
    let carol = network.client().await;
    let mut stream = hers.stream_messages_from(StreamPosition::Start).await.unwrap();
    let with_carol = carol.conversations().dm(alice.inbox_id()).await.unwrap();
    with_carol.send(text("not here"), true).await.unwrap();
    bob.conversations().find_dm(alice.inbox_id()).await.unwrap().unwrap().send(text("more"), true).await.unwrap();
    let mut read = Vec::new();
    while read.last().map(String::as_str) != Some("more") {
        read.extend(crate::support::said([stream.next().await.unwrap().unwrap()]));
    }
    assert_eq!(read.iter().filter(|said| *said != "no text").collect::<Vec<_>>(), ["from bob", "more"]);
}
