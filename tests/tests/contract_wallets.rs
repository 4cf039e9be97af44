//! Smart contract wallets on a real chain, through a real node, and what clients make of them.
#![cfg(test)]
use std::sync::Arc;
use xmtp_anvil::{Anvil, CounterfactualWallet};
use xmtp_client::{
    AccountId, AlloySigner, ChainId, Chains, Client, ClientBuilder, ClientError, ContractWallet, Deployment,
    Environment, GroupOptions, Identities, InboxError, LocalWallet, Network, Reassign, Signer,
};
use xmtp_content_types::Content;
use xmtp_node::{Node, NodeConfig, RunningNode};

#[path = "../../crates/xmtp-agent/examples/smart_wallet.rs"]
#[expect(dead_code, reason = "main is for the program")]
mod example;

/// A node that asks the chain at `url`, and how to reach it.
async fn node(url: &str) -> (RunningNode, Network) {
    let mut config = NodeConfig::ephemeral();
    config.chains = Chains::none().with_endpoint(ChainId::new(31337), url).unwrap();
    let node = Node::start(config).await.unwrap();
    let network = Network::at(Environment::Local, format!("http://{}", node.addresses().native));
    (node, network)
}

fn builder(network: &Network, signer: impl Signer + 'static) -> ClientBuilder {
    Client::builder(signer).network(network.clone()).in_memory()
}

async fn client(network: &Network, signer: impl Signer + 'static) -> Client {
    builder(network, signer).build().await.unwrap()
}

fn owner() -> LocalWallet {
    LocalWallet::generate().unwrap()
}

fn contract(account: &AccountId, owner: LocalWallet) -> ContractWallet {
    ContractWallet::new(account.chain(), &account.identifier(), owner).unwrap()
}

fn not_deployed(wallet: &CounterfactualWallet, owner: LocalWallet) -> ContractWallet {
    let factory = wallet.factory.to_string();
    let factory = hex::decode(&factory[2..]).unwrap().try_into().unwrap();
    contract(&wallet.account, owner).deployed_by(Deployment { factory, call: wallet.calldata.clone() })
}

#[tokio::test]
async fn a_deployed_wallet_registers_adds_a_device_and_talks() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (_node, network) = node(anvil.rpc_url()).await;
    let key = owner();
    let account = anvil.deploy_wallet(&key.address()).await.unwrap();
    let wallet = contract(&account, key);
    let (one, two) = (client(&network, wallet.clone()).await, client(&network, wallet.clone()).await);
    assert_eq!(one.inbox_id(), two.inbox_id());
    let state = one.inbox().state().await.unwrap();
    assert_eq!(state.member(&account.identifier().into()).unwrap().chain_id(), Some(account.chain()));
    assert_eq!(state.installations().count(), 2);

    let peer = client(&network, owner()).await;
    let dm = peer.conversations().dm(one.inbox_id()).await.unwrap();
    dm.send(b"to a contract".to_vec(), true).await.unwrap();
    for device in [&one, &two] {
        device.conversations().sync_all().await.unwrap();
        let there = device.conversations().find(dm.id()).await.unwrap();
        assert_eq!(there.info().await.unwrap(), dm.info().await.unwrap());
    }
    let state = one.inbox().revoke_other_installations(&wallet).await.unwrap();
    assert_eq!(state.installations().collect::<Vec<_>>(), [&one.installation_id()]);
}

#[tokio::test]
async fn a_wallet_that_is_not_deployed_yet_owns_an_inbox_and_keeps_it_when_it_is() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (_node, network) = node(anvil.rpc_url()).await;
    let key = owner();
    let counterfactual = anvil.counterfactual_wallet(&key.address(), [7; 32]).await.unwrap();
    let early = client(&network, not_deployed(&counterfactual, key.clone())).await;
    anvil.deploy_counterfactual(&counterfactual).await.unwrap();
    let late = client(&network, contract(&counterfactual.account, key.clone())).await;
    assert_eq!(early.inbox_id(), late.inbox_id());
    let wrapped = client(&network, not_deployed(&counterfactual, key)).await;
    assert_eq!(wrapped.inbox().state().await.unwrap().installations().count(), 3);
}

#[tokio::test]
async fn a_wallet_counts_as_of_the_block_at_which_it_vouched() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (_node, network) = node(anvil.rpc_url()).await;
    let key = owner();
    let account = anvil.deploy_wallet(&key.address()).await.unwrap();
    let one = client(&network, contract(&account, key.clone())).await;
    anvil.set_valid(&account, &key.address(), false).await.unwrap();
    let reader = client(&network, owner()).await;
    assert!(reader.inbox_state(one.inbox_id()).await.is_ok(), "it vouched then");
    let refused = builder(&network, contract(&account, key.clone())).build().await.unwrap_err();
    assert!(matches!(&refused, ClientError::Identity(_)) && !refused.is_retryable(), "{refused}");
    anvil.set_valid(&account, &key.address(), true).await.unwrap();
    client(&network, contract(&account, key)).await;
}

#[tokio::test]
async fn a_stranger_cannot_sign_for_a_wallet() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (_node, network) = node(anvil.rpc_url()).await;
    let account = anvil.deploy_wallet(&owner().address()).await.unwrap();
    let refused = builder(&network, contract(&account, owner())).build().await.unwrap_err();
    assert!(matches!(refused, ClientError::Identity(_)), "{refused}");
    let identities = Identities::connect(&network).unwrap();
    assert_eq!(identities.inbox_of(&account.identifier()).await.unwrap(), None);
}

#[tokio::test]
async fn a_wallet_of_one_chain_cannot_sign_on_another_or_with_a_key() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (_node, network) = node(anvil.rpc_url()).await;
    let (key, user) = (owner(), owner());
    // The owner's own account: as a contract it does not exist, and the chain falls back to the key.
    let as_contract = ContractWallet::new(anvil.chain_id(), &key.address(), key.clone()).unwrap();
    let one = client(&network, user).await;
    one.inbox().add_account(&as_contract, Reassign::Refuse).await.unwrap();
    let by_key = builder(&network, key).build().await.unwrap_err();
    assert!(by_key.to_string().contains("ID.R36"), "{by_key}");
    client(&network, as_contract).await;
}

#[tokio::test]
async fn a_chain_that_is_away_is_a_failure_that_passes() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (_node, network) = node(anvil.rpc_url()).await;
    let key = owner();
    let account = anvil.deploy_wallet(&key.address()).await.unwrap();
    let one = client(&network, contract(&account, key)).await;
    let reader = client(&network, owner()).await;
    let offline = Chains::none().with_endpoint(account.chain(), &Anvil::url_of_nobody().unwrap()).unwrap();
    let distrustful = builder(&network, owner()).contract_verifier(Arc::new(offline)).build().await.unwrap();
    let away = distrustful.inbox_state(one.inbox_id()).await.unwrap_err();
    assert!(matches!(&away, ClientError::ChainNotAsked { chain, .. } if *chain == account.chain()), "{away}");
    assert!(away.is_retryable());

    let group = reader.conversations().create_group(&[one.inbox_id()], GroupOptions::default()).await.unwrap();
    let added = distrustful.inbox_id();
    group.add_members(&[added]).await.unwrap();
    let held = distrustful.conversations().sync_all().await.unwrap_err();
    assert!(held.is_retryable(), "the welcome waits for the chain: {held}");
}

#[tokio::test]
async fn a_client_that_asks_the_chain_itself_need_not_believe_the_node() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (_node, network) = node(anvil.rpc_url()).await;
    let key = owner();
    let account = anvil.deploy_wallet(&key.address()).await.unwrap();
    let one = client(&network, contract(&account, key)).await;
    let chains = || Chains::none().with_endpoint(account.chain(), anvil.rpc_url()).unwrap();
    let own = builder(&network, owner()).contract_verifier(Arc::new(chains())).build().await.unwrap();
    assert_eq!(own.inbox_state(one.inbox_id()).await.unwrap(), one.inbox().state().await.unwrap());

    let (node_without, elsewhere) = node(&Anvil::url_of_nobody().unwrap()).await;
    let refused = builder(&elsewhere, contract(&account, owner())).build().await.unwrap_err();
    assert!(refused.is_retryable(), "{refused}");
    node_without.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_node_without_the_chain_says_which_one_is_missing() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let node = Node::start(NodeConfig::ephemeral()).await.unwrap();
    let network = Network::at(Environment::Local, format!("http://{}", node.addresses().native));
    let key = owner();
    let account = anvil.deploy_wallet(&key.address()).await.unwrap();
    let refused = builder(&network, contract(&account, key)).build().await.unwrap_err();
    assert!(matches!(refused, ClientError::ChainNotAsked { .. }));
    assert!(refused.to_string().contains("31337"), "{refused}");
}

#[tokio::test]
async fn any_signer_of_alloy_is_a_wallet() {
    let node = Node::start(NodeConfig::ephemeral()).await.unwrap();
    let network = Network::at(Environment::Local, format!("http://{}", node.addresses().native));
    let key = alloy_signer_local::PrivateKeySigner::random();
    let one = client(&network, AlloySigner::new(key.clone())).await;
    let two = client(&network, AlloySigner::new(key)).await;
    assert_eq!(one.inbox_id(), two.inbox_id());
    let unknown = one.inbox_state(two.inbox_id()).await.unwrap();
    assert_eq!(unknown.installations().count(), 2);
    let nobody = one.inbox_state(xmtp_client::InboxId::from_bytes([9; 32])).await.unwrap_err();
    assert!(matches!(nobody, ClientError::Inbox(InboxError::Unknown(_))));
}

#[tokio::test]
async fn the_agent_of_a_smart_wallet_answers() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (_node, network) = node(anvil.rpc_url()).await;
    let key = owner();
    let account = anvil.deploy_wallet(&key.address()).await.unwrap();
    let agent = client(&network, contract(&account, key)).await;
    let running = example::smart_wallet(agent.clone()).start().await.unwrap();

    let peer = client(&network, owner()).await;
    let mut answers = peer.stream_messages().await.unwrap();
    let dm = peer.conversations().dm(agent.inbox_id()).await.unwrap();
    let asked = Content::text("gm");
    dm.send(asked.to_bytes(), asked.should_push()).await.unwrap();
    let answer = loop {
        let message = answers.next().await.unwrap().unwrap();
        if message.sender == agent.inbox_id() {
            break Content::from_bytes(&message.content);
        }
    };
    assert_eq!(answer.as_text(), Some("gm from a smart wallet"));
    running.stop().await.unwrap();
}
