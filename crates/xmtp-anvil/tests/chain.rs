//! A chain starts, has wallets on it, and ends.
use std::{net::TcpStream, path::Path, process::Command};
use xmtp_anvil::Anvil;
use xmtp_types::Identifier;

#[cfg(test)]
fn owner() -> Identifier {
    Identifier::ethereum("0x00000000000000000000000000000000000000aa").unwrap()
}

#[tokio::test]
async fn a_chain_takes_wallets_and_ends_with_its_value() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    assert_eq!((anvil.chain_id().as_u64(), anvil.block_number().await.unwrap()), (31_337, 0));
    let wallet = anvil.deploy_wallet(&owner()).await.unwrap();
    assert_eq!((wallet.chain(), anvil.block_number().await.unwrap()), (anvil.chain_id(), 1));
    anvil.set_valid(&wallet, &owner(), false).await.unwrap();
    assert_eq!(anvil.mine().await.unwrap(), 3);
    let stranger = Identifier::ethereum("0x00000000000000000000000000000000000000bb").unwrap();
    anvil.set_valid(&wallet, &stranger, true).await.unwrap_err();

    let address = anvil.rpc_url().strip_prefix("http://").unwrap().to_owned();
    TcpStream::connect(&address).unwrap();
    drop(anvil);
    TcpStream::connect(&address).unwrap_err();
}

#[tokio::test]
async fn a_wallet_has_its_address_before_it_is_deployed_and_is_deployed_once() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let wallet = anvil.counterfactual_wallet(&owner(), [1; 32]).await.unwrap();
    let other = anvil.counterfactual_wallet(&owner(), [2; 32]).await.unwrap();
    assert_ne!(wallet.account, other.account);
    assert_eq!(wallet.factory, other.factory);
    anvil.deploy_counterfactual(&wallet).await.unwrap();
    anvil.deploy_counterfactual(&wallet).await.unwrap_err();
    // It is where it was said to be, and belongs to its owner.
    anvil.set_valid(&wallet.account, &owner(), false).await.unwrap();
}

#[tokio::test]
async fn contracts_are_what_their_sources_compile_to() {
    // The compiler is installed with the chain; asking for the chain says so where it is not.
    let Some(_anvil) = Anvil::for_test().await.unwrap() else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/chain");
    let output = Command::new("node").args(["compile.mjs", "--check"]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
