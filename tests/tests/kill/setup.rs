//! Who is there before anybody is killed: three users and four conversations.
use std::path::Path;
use xmtp_client::{
    AdminChange, Client, ConversationKind, DatabaseKey, Environment, GroupOptions, GroupQuery, LocalWallet, Network,
};
use xmtp_tests::{
    kill::{ClientPart, Part},
    random::Random,
};

const DATABASE_KEY: [u8; 32] = [0x5a; 32];

/// The two clients that are killed, the one that is not, and the group in which that one comes and goes.
#[derive(Debug)]
pub(crate) struct Cast {
    pub(crate) sender: Part,
    pub(crate) receiver: Part,
    pub(crate) visitor: Client,
    pub(crate) visited: String,
}

/// Registers everybody at the node at `url` and makes the conversations.
pub(crate) async fn cast(folder: &Path, url: &str, random: &mut Random) -> Cast {
    let [sender, receiver, visitor] = ["alice", "bob", "carol"].map(|_| LocalWallet::generate().unwrap());
    let alice = client(&sender, &folder.join("alice"), url).await;
    let bob = client(&receiver, &folder.join("bob"), url).await;
    let carol = client(&visitor, &folder.join("carol"), url).await;
    let conversations = alice.conversations();
    let everybody = [bob.inbox_id(), carol.inbox_id()];
    for _ in 0..2 {
        conversations.create_group(&everybody, GroupOptions::default()).await.unwrap();
    }
    let visited = conversations.create_group(&[bob.inbox_id()], GroupOptions::default()).await.unwrap();
    visited.update_role(bob.inbox_id(), AdminChange::AddSuperAdmin).await.unwrap();
    conversations.dm(bob.inbox_id()).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    carol.conversations().sync_all().await.unwrap();
    let known = bob.conversations().list(GroupQuery::default()).await.unwrap();
    assert_eq!(known.iter().filter(|one| one.kind() == ConversationKind::Dm).count(), 1);
    assert_eq!(known.len(), 4);

    let visited = hex::encode(visited.id().as_bytes());
    let part = |name: &str, wallet: &LocalWallet, seed, senders, commit_pause| {
        Part::Client(ClientPart {
            name: name.to_owned(),
            folder: folder.join(name),
            database_key: hex::encode(DATABASE_KEY),
            wallet: wallet.to_hex().to_string(),
            url: url.to_owned(),
            position: 0,
            visitor: hex::encode(carol.inbox_id().as_bytes()),
            visited: vec![visited.clone()],
            seed,
            senders,
            pause: 40,
            commit_pause,
        })
    };
    let sender = part("alice", &sender, random.draw(), 3, 60);
    let receiver = part("bob", &receiver, random.draw(), 1, 120);
    Cast { sender, receiver, visitor: carol, visited }
}

async fn client(wallet: &LocalWallet, folder: &Path, url: &str) -> Client {
    let network = Network::at(Environment::Local, url.to_owned());
    let builder = Client::builder(wallet.clone()).network(network).data_folder(folder);
    builder.database_key(DatabaseKey::from_bytes(DATABASE_KEY)).build().await.unwrap()
}
