//! Inboxes of smart contract wallets: a real chain says who signed, is asked by the node, and is away at times.
use crate::{
    identity::{at, installation, log, publish, wallet},
    support,
};
use prost::Message;
use tokio::net::{TcpListener, TcpStream};
use tonic::Code;
use xmtp_anvil::Anvil;
use xmtp_identity::{ContractAnswers, Erc1271Signature, LocalWallet, RawSignature, UpdateRequest, inbox_id_for};
use xmtp_node::{ChainId, Chains, Node, NodeConfig, RunningNode};
use xmtp_proto::xmtp::identity::{
    api::v1::{
        VerifySmartContractWalletSignatureRequestSignature as Asked, VerifySmartContractWalletSignaturesRequest,
        verify_smart_contract_wallet_signatures_response::ValidationResponse,
    },
    associations::{IdentityUpdate, identity_action::Kind, signature::Signature},
};
use xmtp_types::{AccountId, ContractAnswer, InboxId};

const ANVIL: ChainId = ChainId::new(31_337);

async fn node_with(url: &str) -> RunningNode {
    let mut config = NodeConfig::ephemeral();
    config.chains = Chains::none().with_endpoint(ANVIL, url).unwrap();
    Node::start(config).await.unwrap()
}

fn inbox_of(account: &AccountId) -> InboxId {
    inbox_id_for(&account.identifier(), 0).unwrap()
}

/// What the owner of a wallet signs, taken by the request as if the chain had said yes at this block.
fn sign(
    request: &mut UpdateRequest,
    account: &AccountId,
    block: u64,
    wrap: impl FnOnce(&[u8]) -> Vec<u8>,
    owner: &LocalWallet,
) {
    let text = request.signing_text().to_owned();
    let (mut signature, _) = Erc1271Signature::fresh(account, wrap(&owner.sign_text(&text)), &text);
    signature.block_number = block;
    let mut answers = ContractAnswers::none();
    answers.insert(signature.question(&text).unwrap(), &ContractAnswer::Signed { block: Some(block) });
    request.add_signature_with(RawSignature::Erc1271(signature), &answers).unwrap();
}

fn built(request: UpdateRequest) -> IdentityUpdate {
    IdentityUpdate::decode(request.build().unwrap().encode().as_slice()).unwrap()
}

/// The inbox of a wallet with its first installation, signed by `signer` as of `block`.
fn creation(account: &AccountId, block: u64, signer: &LocalWallet) -> IdentityUpdate {
    let device = installation(1);
    let mut request = UpdateRequest::create_inbox(&account.identifier(), 0, Some(device.id()), at(0)).unwrap();
    sign(&mut request, account, block, <[u8]>::to_vec, signer);
    request.sign_with_installation(&device).unwrap();
    built(request)
}

fn asked(account: &AccountId, signature: &[u8], block: Option<u64>) -> Asked {
    let (_, question) = Erc1271Signature::fresh(account, signature.to_vec(), "a text");
    Asked {
        account_id: account.to_string(),
        block_number: block,
        signature: question.signature,
        hash: question.hash.to_vec(),
    }
}

async fn verify(node: &RunningNode, signatures: Vec<Asked>) -> Result<Vec<ValidationResponse>, tonic::Status> {
    let request = VerifySmartContractWalletSignaturesRequest { signatures };
    let mut identity = support::identity(node).await;
    Ok(identity.verify_smart_contract_wallet_signatures(request).await?.into_inner().responses)
}

/// Somewhere between a node and its chain: `accepting` from now on hands connections to the chain.
async fn accepting(listener: TcpListener, chain: String) {
    while let Ok((mut near, _)) = listener.accept().await {
        let mut far = TcpStream::connect(&chain).await.unwrap();
        tokio::spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
    }
}

#[tokio::test] // NODE.R18
async fn each_signature_is_answered_in_order_and_what_cannot_be_asked_says_why() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (owner, stranger) = (wallet(1), wallet(2));
    let account = anvil.deploy_wallet(&owner.address()).await.unwrap();
    let valid_at = anvil.block_number().await.unwrap();
    anvil.set_valid(&account, &owner.address(), false).await.unwrap();
    let elsewhere = AccountId::new(ChainId::new(8453), &account.identifier()).unwrap();
    let signature = owner.sign_text("a text");

    let node = node_with(anvil.rpc_url()).await;
    let named = asked(&account, &signature, Some(valid_at));
    let signatures = vec![
        asked(&account, &signature, None),
        Asked { account_id: "eip155:31337:nobody".to_owned(), ..named.clone() },
        asked(&account, &stranger.sign_text("a text"), Some(valid_at)),
        named.clone(),
        Asked { hash: vec![0; 31], ..named.clone() },
        asked(&elsewhere, &signature, None),
    ];
    let answers = verify(&node, signatures).await.unwrap();
    let read: Vec<_> = answers.iter().map(|one| (one.is_valid, one.block_number, one.error.as_deref())).collect();
    let expected = [
        (false, None, None),
        (false, None, Some("invalid account id: the address of the account is not 40 hexadecimal characters")),
        (false, None, None),
        (true, Some(valid_at), None),
        (false, None, Some("the hash is not of 32 bytes")),
        (false, None, Some("this node has no endpoint for chain eip155:8453")),
    ];
    assert_eq!(read, expected);

    anvil.set_valid(&account, &owner.address(), true).await.unwrap();
    let newest = anvil.block_number().await.unwrap();
    let answers = verify(&node, vec![asked(&account, &signature, None)]).await.unwrap();
    assert_eq!((answers[0].is_valid, answers[0].block_number), (true, Some(newest)));
}

#[tokio::test] // NODE.R18
async fn one_call_asks_about_a_thousand_signatures_at_most() {
    let node = support::node().await;
    assert_eq!(verify(&node, vec![Asked::default(); 1_000]).await.unwrap().len(), 1_000);
    let refused = verify(&node, vec![Asked::default(); 1_001]).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[tokio::test] // NODE.R19
async fn while_a_chain_is_away_nothing_is_answered_or_stored_and_later_it_is() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let owner = wallet(1);
    let account = anvil.deploy_wallet(&owner.address()).await.unwrap();
    let update = creation(&account, anvil.block_number().await.unwrap(), &owner);
    let signature = asked(&account, &owner.sign_text("a text"), None);

    let url = Anvil::url_of_nobody().unwrap();
    let node = node_with(&url).await;
    let mut identity = support::identity(&node).await;
    // One bad entry must not hide that the chain is away, nor the other way round.
    let refused = verify(&node, vec![Asked::default(), signature.clone()]).await.unwrap_err();
    assert_eq!(
        (refused.code(), refused.message()),
        (Code::Unavailable, "chain eip155:31337 cannot be asked now: retry")
    );
    let refused = publish(&mut identity, update.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    assert_eq!(log(&mut identity, inbox_of(&account), 0).await, []);

    let listener = TcpListener::bind(url.strip_prefix("http://").unwrap()).await.unwrap();
    let chain = anvil.rpc_url().strip_prefix("http://").unwrap().to_owned();
    tokio::spawn(accepting(listener, chain));
    assert!(verify(&node, vec![signature]).await.unwrap()[0].is_valid);
    publish(&mut identity, update).await.unwrap();
    assert_eq!(log(&mut identity, inbox_of(&account), 0).await.len(), 1);
}

#[tokio::test] // NODE.R19
async fn an_endpoint_of_another_chain_answers_nothing() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let owner = wallet(1);
    let here = anvil.deploy_wallet(&owner.address()).await.unwrap();
    let account = AccountId::new(ChainId::new(8453), &here.identifier()).unwrap();
    let mut config = NodeConfig::ephemeral();
    config.chains = Chains::none().with_endpoint(ChainId::new(8453), anvil.rpc_url()).unwrap();
    let node = Node::start(config).await.unwrap();
    let refused = verify(&node, vec![asked(&account, &owner.sign_text("a text"), None)]).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
}

#[tokio::test] // NODE.R9
async fn an_inbox_of_a_contract_wallet_is_created_and_changed_by_what_its_chain_says() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let (owner, stranger) = (wallet(1), wallet(2));
    let account = anvil.deploy_wallet(&owner.address()).await.unwrap();
    let block = anvil.block_number().await.unwrap();
    let inbox = inbox_of(&account);
    let node = node_with(anvil.rpc_url()).await;
    let mut identity = support::identity(&node).await;

    for not_signed in [creation(&account, block, &stranger), creation(&account, block - 1, &owner)] {
        let refused = publish(&mut identity, not_signed).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert!(refused.message().contains("did not sign"), "{refused}");
    }
    publish(&mut identity, creation(&account, block, &owner)).await.unwrap();

    // The wallet is sold: what it said before stays said, and from now on it says nothing.
    anvil.set_valid(&account, &owner.address(), false).await.unwrap();
    let silenced = anvil.block_number().await.unwrap();
    let recovery = |block, second| {
        let to = stranger.address();
        let mut request = UpdateRequest::change_recovery(inbox, &account.identifier(), &to, at(second)).unwrap();
        sign(&mut request, &account, block, <[u8]>::to_vec, &owner);
        built(request)
    };
    let refused = publish(&mut identity, recovery(silenced, 1)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    publish(&mut identity, recovery(block, 2)).await.unwrap();
    assert_eq!(log(&mut identity, inbox, 0).await.len(), 2);
}

#[tokio::test]
async fn a_wallet_that_is_not_deployed_yet_has_an_inbox() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let owner = wallet(1);
    let later = anvil.counterfactual_wallet(&owner.address(), [5; 32]).await.unwrap();
    let block = anvil.block_number().await.unwrap();
    let node = node_with(anvil.rpc_url()).await;
    let mut identity = support::identity(&node).await;
    let mut request = UpdateRequest::create_inbox(&later.account.identifier(), 0, None, at(0)).unwrap();
    sign(&mut request, &later.account, block, |signature| later.wrap(signature), &owner);
    publish(&mut identity, built(request)).await.unwrap();
    assert_eq!(log(&mut identity, inbox_of(&later.account), 0).await.len(), 1);
}

#[tokio::test]
async fn without_an_endpoint_for_its_chain_an_update_is_refused_for_good() {
    let owner = wallet(1);
    let account = AccountId::new(ANVIL, &owner.address()).unwrap();
    let node = support::node().await;
    let mut identity = support::identity(&node).await;
    let refused = publish(&mut identity, creation(&account, 1, &owner)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert_eq!(refused.message(), "invalid identity update: this node has no endpoint for chain eip155:31337");
}

#[tokio::test] // NODE.R20
async fn an_update_holds_32_signatures_of_contract_wallets_at_most() {
    let owner = wallet(1);
    let account = AccountId::new(ANVIL, &owner.address()).unwrap();
    let node = support::node().await;
    let mut identity = support::identity(&node).await;
    let update = creation(&account, 1, &owner);
    let with = |count: u8| {
        let mut update = update.clone();
        let repeated = (0..count).map(|number| {
            let mut action = update.actions[0].clone();
            let Some(Kind::CreateInbox(create)) = &mut action.kind else { panic!() };
            let signature = create.initial_identifier_signature.as_mut().unwrap().signature.as_mut();
            let Some(Signature::Erc6492(signature)) = signature else { panic!() };
            signature.signature = vec![number; 65];
            action
        });
        update.actions = repeated.collect();
        update
    };
    let refused = publish(&mut identity, with(33)).await.unwrap_err();
    assert!(refused.code() == Code::InvalidArgument && refused.message().contains("over 32"), "{refused}");
    let refused = publish(&mut identity, with(32)).await.unwrap_err();
    assert!(refused.message().contains("no endpoint"), "{refused}");
}

#[tokio::test] // ID.R36
async fn a_wallet_keeps_to_the_chain_it_was_added_with() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let node = node_with(anvil.rpc_url()).await;
    let mut identity = support::identity(&node).await;
    // A chain vouches for plain keys too, so that one address can sign in both ways.
    let on_chain = |request: &mut UpdateRequest, owner: &LocalWallet| {
        sign(request, &AccountId::new(ANVIL, &owner.address()).unwrap(), 0, <[u8]>::to_vec, owner);
    };
    let off_chain = |request: &mut UpdateRequest, owner: &LocalWallet| {
        let signature = owner.sign_text(request.signing_text());
        request.add_signature(signature.into()).unwrap();
    };
    type Way<'a> = &'a dyn Fn(&mut UpdateRequest, &LocalWallet);
    let ways: [(Way<'_>, Way<'_>); 2] = [(&on_chain, &off_chain), (&off_chain, &on_chain)];
    for (number, (first, other)) in (1..).zip(ways) {
        let owner = wallet(number);
        let inbox = inbox_id_for(&owner.address(), 0).unwrap();
        let mut request = UpdateRequest::create_inbox(&owner.address(), 0, None, at(0)).unwrap();
        first(&mut request, &owner);
        publish(&mut identity, built(request)).await.unwrap();
        let recovery = |way: Way<'_>, second| {
            let to = wallet(9).address();
            let mut request = UpdateRequest::change_recovery(inbox, &owner.address(), &to, at(second)).unwrap();
            way(&mut request, &owner);
            built(request)
        };
        let refused = publish(&mut identity, recovery(other, 1)).await.unwrap_err();
        assert!(refused.code() == Code::InvalidArgument && refused.message().contains("another chain"), "{refused}");
        publish(&mut identity, recovery(first, 2)).await.unwrap();
    }
}
