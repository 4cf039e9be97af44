//! Names in a registry on a real chain: found, not found, and claimed by who does not have them.
use alloy_ens::{namehash, reverse_address};
use xmtp_agent::names::{CachedNames, EnsResolver, NameError, NameResolver};
use xmtp_anvil::{Anvil, Record};
use xmtp_client::{Chains, Identifier};

struct World {
    anvil: Anvil,
    registry: alloy_primitives::Address,
    ens: EnsResolver,
}

async fn world() -> Option<World> {
    let anvil = Anvil::for_test().await.unwrap()?;
    let registry = anvil.deploy_names().await.unwrap();
    let chains = Chains::none().with_endpoint(anvil.chain_id(), anvil.rpc_url()).unwrap();
    let ens = EnsResolver::at(chains, anvil.chain_id(), registry);
    Some(World { anvil, registry, ens })
}

impl World {
    async fn set(&self, name: &str, record: Record<'_>) {
        self.anvil.set_record(self.registry, namehash(name), record).await.unwrap();
    }

    /// `account` says that it is called `name`.
    async fn claim(&self, account: &Identifier, name: &str) {
        let node = reverse_address(&account.to_string().parse().unwrap());
        self.set(&node, Record::Name(name)).await;
    }
}

fn account(byte: &str) -> Identifier {
    Identifier::ethereum(&format!("0x{}", byte.repeat(20))).unwrap()
}

#[tokio::test]
async fn a_name_leads_to_its_account_in_any_spelling_and_an_unknown_one_nowhere() {
    let Some(world) = world().await else { return };
    let alice = account("aa");
    world.set("alice.eth", Record::Account(&alice)).await;
    world.set("pay.alice.eth", Record::Account(&account("bb"))).await;
    assert_eq!(world.ens.resolve("alice.eth").await, Ok(Some(alice.clone())));
    assert_eq!(world.ens.resolve(" Alice.ETH ").await, Ok(Some(alice)));
    assert_eq!(world.ens.resolve("pay.alice.eth").await, Ok(Some(account("bb"))));
    assert_eq!(world.ens.resolve("bob.eth").await, Ok(None));
    assert!(matches!(world.ens.resolve("al ice.eth").await, Err(NameError::Invalid(_))));
}

#[tokio::test]
async fn an_account_shows_a_name_only_if_the_name_leads_back_to_it() {
    let Some(world) = world().await else { return };
    let (alice, mallory) = (account("aa"), account("bb"));
    world.set("alice.eth", Record::Account(&alice)).await;
    world.claim(&alice, "alice.eth").await;
    assert_eq!(world.ens.reverse(&alice).await, Ok(Some("alice.eth".to_owned())));
    assert_eq!(world.ens.reverse(&account("cc")).await, Ok(None));

    for claimed in ["alice.eth", "ALICE.eth", "nobody.eth", "not a name", ""] {
        world.claim(&mallory, claimed).await;
        assert_eq!(world.ens.reverse(&mallory).await, Ok(None), "{claimed}");
    }
}

#[tokio::test]
async fn a_resolver_that_fails_or_is_none_is_no_account() {
    let Some(world) = world().await else { return };
    let token = world.anvil.deploy_token(6, 1).await.unwrap();
    world.set("odd.eth", Record::Resolver(token)).await;
    assert_eq!(world.ens.resolve("odd.eth").await, Err(NameError::OffChain));
    world.set("empty.eth", Record::Resolver([0xcc; 20].into())).await;
    assert_eq!(world.ens.resolve("empty.eth").await, Ok(None));

    let chains = Chains::none().with_endpoint(world.anvil.chain_id(), world.anvil.rpc_url()).unwrap();
    let nowhere = EnsResolver::at(chains, world.anvil.chain_id(), [0xdd; 20].into());
    assert!(matches!(nowhere.resolve("a.eth").await, Err(NameError::Unavailable { is_retryable: false, .. })));
}

#[tokio::test]
async fn a_remembered_name_outlives_its_chain() {
    let Some(world) = world().await else { return };
    world.set("alice.eth", Record::Account(&account("aa"))).await;
    let names = CachedNames::new(world.ens.clone());
    assert_eq!(names.resolve("alice.eth").await, Ok(Some(account("aa"))));
    assert_eq!(names.resolve("bob.eth").await, Ok(None));
    drop(world.anvil);
    assert_eq!(names.resolve("alice.eth").await, Ok(Some(account("aa"))));
    assert_eq!(names.resolve("bob.eth").await, Ok(None));
    assert!(names.resolve("carol.eth").await.unwrap_err().is_retryable());
}
