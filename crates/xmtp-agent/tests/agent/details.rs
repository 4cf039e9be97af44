//! What whoever runs an agent sees of it.
use crate::world::World;
use xmtp_agent::AgentDetails;
use xmtp_client::{KeyPackageStatus, LocalWallet};

#[tokio::test]
async fn details_say_who_the_agent_is_where_and_how_many_installations_are_left() {
    let world = World::new();
    let (folder, wallet) = (tempfile::tempdir().unwrap(), LocalWallet::generate().unwrap());
    let first = world.client_in(&folder.path().join("1"), &wallet).await;
    let second = world.client_in(&folder.path().join("2"), &wallet).await;
    world.person().await.dm(second.inbox_id()).await;
    second.conversations().sync_all().await.unwrap();

    let details = AgentDetails::of(&second).await.unwrap();
    assert_eq!((details.inbox, details.installation), (second.inbox_id(), second.installation_id()));
    assert_eq!((details.installations.len(), details.slots_left, details.conversations), (2, 8, 1));
    assert!(details.is_newest_installation() && !AgentDetails::of(&first).await.unwrap().is_newest_installation());
    assert!(matches!(details.key_package(), Some(KeyPackageStatus::Usable { .. })));
    let address = wallet.address();
    assert_eq!(details.test_url(), Some(format!("http://xmtp.chat/dev/dm/{address}")));

    let shown = details.to_string();
    for part in
        [&second.inbox_id().to_string(), &address.to_string(), "2 in use, 8 left", "dev at grpc.dev.xmtp.network"]
    {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
}
