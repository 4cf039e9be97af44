//! Smart contract wallets, with chains that are away, refuse, and come back. Real chains are asked in the tests of the
//! whole system.
use crate::network::Network;
use std::time::Duration;
use xmtp_client::{
    ChainId, Client, ClientError, ContractAnswer, ContractWallet, GroupOptions, Identifier, IdentityError, InboxError,
    LocalWallet, MessageKind, StateFrom,
};

const SIGNED: ContractAnswer = ContractAnswer::Signed { block: Some(7) };

fn wallet() -> ContractWallet {
    let address = Identifier::ethereum("0xABCDEF0000000000000000000000000000000001").unwrap();
    ContractWallet::new(ChainId::new(8453), &address, LocalWallet::generate().unwrap()).unwrap()
}

/// A client of a contract wallet, and one that knows its inbox since its chain answered.
async fn contract_and_who_knows_it(network: &Network) -> (Client, Client) {
    network.chains_answer(SIGNED);
    let (by_contract, writer) = (network.client_of(wallet()).await, network.client().await);
    writer.inbox_state(by_contract.inbox_id()).await.unwrap();
    (by_contract, writer)
}

#[tokio::test]
async fn a_contract_wallet_registers_once_its_chain_vouches() {
    let network = Network::default();
    let away = network.try_client_of(wallet()).await.unwrap_err();
    assert!(matches!(&away, ClientError::ChainNotAsked { chain, .. } if chain.as_u64() == 8453));
    assert!(away.is_retryable());
    network.chains_answer(ContractAnswer::NotSigned);
    let refused = network.try_client_of(wallet()).await.unwrap_err();
    assert!(matches!(&refused, ClientError::Identity(IdentityError::InvalidSignature { .. })));
    assert!(!refused.is_retryable());

    network.chains_answer(SIGNED);
    let client = network.client_of(wallet()).await;
    let state = client.inbox().state().await.unwrap();
    let member = state.members().find(|member| member.identifier().as_identifier().is_some()).unwrap();
    assert_eq!(member.chain_id(), Some(ChainId::new(8453)));
}

#[tokio::test] // ID.R60
async fn a_chain_that_is_away_holds_a_log_back_and_is_asked_again() {
    let network = Network::default();
    network.chains_answer(SIGNED);
    let by_contract = network.client_of(wallet()).await;
    let (reader, peer) = (network.client().await, network.client().await);
    let group = reader.conversations().create_group(&[peer.inbox_id()], GroupOptions::default()).await.unwrap();
    peer.conversations().sync_all().await.unwrap();
    group.add_members(&[by_contract.inbox_id()]).await.unwrap();

    network.chains_answer(ContractAnswer::Unanswered { reason: "it is away".to_owned() });
    let at_peer = peer.conversations().find(group.id()).await.unwrap();
    let held = at_peer.sync().await.unwrap_err();
    assert!(matches!(&held, ClientError::ChainNotAsked { .. }) && held.is_retryable(), "{held}");
    assert_eq!(at_peer.info().await.unwrap().members.len(), 2, "the commit was neither taken nor dropped");

    network.chains_answer(SIGNED);
    at_peer.sync().await.unwrap();
    assert_eq!(at_peer.info().await.unwrap(), group.info().await.unwrap());
    by_contract.conversations().sync_all().await.unwrap();
    let at_contract = by_contract.conversations().find(group.id()).await.unwrap();
    assert_eq!(at_contract.info().await.unwrap(), group.info().await.unwrap());
}

#[tokio::test] // ID.R60
async fn a_conversation_that_waits_for_a_chain_holds_no_other_back() {
    let network = Network::default();
    network.chains_answer(SIGNED);
    let by_contract = network.client_of(wallet()).await;
    let (writer, reader) = (network.client().await, network.client().await);
    let options = GroupOptions::default();
    let waiting = writer.conversations().create_group(&[reader.inbox_id()], options.clone()).await.unwrap();
    let other = writer.conversations().create_group(&[reader.inbox_id()], options.clone()).await.unwrap();
    let mut stream = reader.stream_messages().await.unwrap();
    let mut next = async || loop {
        let message = stream.next().await.unwrap().unwrap();
        if message.kind == MessageKind::Application {
            return message.content;
        }
    };
    writer.inbox_state(by_contract.inbox_id()).await.unwrap();
    network.chains_answer(ContractAnswer::Unanswered { reason: "it is away".to_owned() });
    waiting.add_members(&[by_contract.inbox_id()]).await.unwrap();
    let welcomed = writer.conversations().create_group(&[by_contract.inbox_id()], options).await.unwrap();
    waiting.send(b"behind the commit".to_vec(), true).await.unwrap();
    welcomed.add_members(&[reader.inbox_id()]).await.unwrap();
    other.send(b"of the other".to_vec(), true).await.unwrap();
    assert_eq!(next().await, b"of the other");
    let synced = reader.conversations().sync_all().await;
    assert!(matches!(synced, Err(ClientError::ChainNotAsked { .. })), "and a sync of everything says what waits");

    network.chains_answer(SIGNED);
    assert_eq!(next().await, b"behind the commit");
    reader.conversations().sync_all().await.unwrap();
    assert!(reader.conversations().find(welcomed.id()).await.is_ok());
}

#[tokio::test] // ID.R66
async fn a_welcome_that_nobody_can_judge_is_passed_over_after_a_day() {
    let network = Network::default();
    let (by_contract, writer) = contract_and_who_knows_it(&network).await;
    let (clock, reader) = network.client_with_clock().await;
    let options = GroupOptions::default();
    let members = [by_contract.inbox_id(), reader.inbox_id()];
    network.chains_answer(ContractAnswer::Unanswered { reason: "its blocks are gone".to_owned() });
    let lost = writer.conversations().create_group(&members, options.clone()).await.unwrap();
    let next = writer.conversations().create_group(&[reader.inbox_id()], options).await.unwrap();
    assert!(reader.conversations().sync().await.unwrap_err().is_retryable());
    assert!(reader.conversations().find(next.id()).await.is_err(), "it waits behind the first one");
    clock.advance(Duration::from_secs(25 * 60 * 60));
    reader.conversations().sync().await.unwrap();
    assert!(reader.conversations().find(next.id()).await.is_ok());
    assert!(reader.conversations().find(lost.id()).await.is_err());
}

#[tokio::test] // ID.R66
async fn a_welcome_that_nobody_can_judge_takes_none_before_it_along() {
    let network = Network::default();
    let (by_contract, writer) = contract_and_who_knows_it(&network).await;
    let (clock, reader) = network.client_with_clock().await;
    let options = GroupOptions::default();
    let first = writer.conversations().create_group(&[reader.inbox_id()], options.clone()).await.unwrap();
    network.chains_answer(ContractAnswer::Unanswered { reason: "its blocks are gone".to_owned() });
    let members = [by_contract.inbox_id(), reader.inbox_id()];
    let lost = writer.conversations().create_group(&members, options).await.unwrap();
    clock.advance(Duration::from_secs(25 * 60 * 60));
    reader.conversations().sync().await.unwrap();
    assert!(reader.conversations().find(first.id()).await.is_ok());
    assert!(reader.conversations().find(lost.id()).await.is_err());
}

#[tokio::test]
async fn what_a_chain_vouched_for_once_is_not_asked_again() {
    let network = Network::default();
    network.chains_answer(SIGNED);
    let by_contract = network.client_of(wallet()).await;
    let reader = network.client().await;
    let state = reader.inbox_state(by_contract.inbox_id()).await.unwrap();
    network.chains_answer(ContractAnswer::NotSigned);
    assert_eq!(reader.inbox_state(by_contract.inbox_id()).await.unwrap(), state);
    assert_eq!(reader.inbox_states(&[by_contract.inbox_id()], StateFrom::Kept).await.unwrap(), [state]);
}

#[tokio::test]
async fn a_chain_that_says_no_names_the_update() {
    let network = Network::default();
    network.chains_answer(SIGNED);
    let by_contract = network.client_of(wallet()).await;
    network.chains_answer(ContractAnswer::NotSigned);
    let reader: Client = network.client().await;
    for error in [
        reader.inbox_state(by_contract.inbox_id()).await.unwrap_err(),
        network.identities().state(by_contract.inbox_id()).await.unwrap_err(),
    ] {
        let ClientError::Inbox(InboxError::InvalidLog { cause, .. }) = error else { panic!("{error}") };
        assert!(matches!(cause, IdentityError::InvalidSignature { .. }));
    }
}
