//! What a scenario gets: a folder, a node to dial, and users of either client.
use std::{
    fmt, fs,
    path::PathBuf,
    sync::{Arc, atomic::AtomicU64, atomic::Ordering},
};

use anyhow::Result;
use tokio::sync::OnceCell;

use crate::{
    account::Account,
    chain::Chain,
    driver::Driver,
    network::Network,
    official::{Official, Setup},
    ours::Ours,
    user::User,
};

/// Where the node listens; see the head of `main.rs`.
pub(crate) const API_URL: &str = "http://localhost:5556";

/// Whose client a user runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Official,
    Ours,
}

/// Which client plays which part: one opens the conversation, the other is drawn into it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cast {
    pub(crate) opener: Kind,
    pub(crate) other: Kind,
}

impl Cast {
    /// Both sides official: shows our node alone.
    pub(crate) const OFFICIAL: Self = Self { opener: Kind::Official, other: Kind::Official };
    /// All that are played.
    pub(crate) const ALL: [Self; 3] = [
        Self::OFFICIAL,
        Self { opener: Kind::Ours, other: Kind::Official },
        Self { opener: Kind::Official, other: Kind::Ours },
    ];
}

impl fmt::Display for Cast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |kind| match kind {
            Kind::Official => "official",
            Kind::Ours => "ours",
        };
        write!(f, "{} to {}", name(self.opener), name(self.other))
    }
}

/// One scenario's surroundings.
#[derive(Debug)]
pub(crate) struct World {
    generation: String,
    folder: PathBuf,
    cast: Cast,
    network: Arc<Network>,
    shared: OnceCell<Arc<Driver>>,
    users: AtomicU64,
}

impl World {
    /// Surroundings with nobody in them yet.
    pub(crate) fn new(generation: &str, folder: PathBuf, cast: Cast, network: Arc<Network>) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        let (generation, shared, users) = (generation.to_owned(), OnceCell::new(), AtomicU64::new(0));
        Ok(Self { generation, folder, cast, network, shared, users })
    }

    /// The chain that smart contract wallets are on.
    pub(crate) fn chain(&self) -> &Chain {
        self.network.chain()
    }

    /// Stops the node, and starts it again with the same data. Only for scenarios that are played alone.
    pub(crate) async fn restart_node(&self) -> Result<()> {
        self.network.restart_node().await
    }

    /// Whether the official client is one of before 6.0.
    pub(crate) fn is_before_6(&self) -> bool {
        self.generation == "node-sdk-5"
    }

    /// Whether whoever opens conversations can register with any nonce. Before 6.0 the official client derives the
    /// inbox id with the nonce it is given, then registers with 1 and refuses the id.
    pub(crate) fn opener_takes_nonces(&self) -> bool {
        self.cast.opener == Kind::Ours || !self.is_before_6()
    }

    /// A new user who opens conversations.
    pub(crate) async fn opener(&self, name: &str) -> Result<User> {
        self.user(self.cast.opener, name).await
    }

    /// A new user who is drawn in.
    pub(crate) async fn other(&self, name: &str) -> Result<User> {
        self.user(self.cast.other, name).await
    }

    /// A new user of our client, whatever the cast.
    pub(crate) async fn ours(&self, name: &str) -> Result<User> {
        self.user(Kind::Ours, name).await
    }

    /// As [`World::opener`], for an account there is already.
    pub(crate) async fn opener_as(&self, name: &str, account: &Account) -> Result<User> {
        self.user_as(self.cast.opener, name, account, None).await
    }

    /// As [`World::other`], for an account there is already.
    pub(crate) async fn other_as(&self, name: &str, account: &Account) -> Result<User> {
        self.user_as(self.cast.other, name, account, None).await
    }

    /// As [`World::opener_as`], of a client that keeps the installations of an inbox in sync.
    pub(crate) async fn synced_opener_as(&self, name: &str, account: &Account) -> Result<User> {
        self.synced_as(self.cast.opener, name, account).await
    }

    /// As [`World::other_as`], of a client that keeps the installations of an inbox in sync.
    pub(crate) async fn synced_other_as(&self, name: &str, account: &Account) -> Result<User> {
        self.synced_as(self.cast.other, name, account).await
    }

    /// As [`World::opener_as`], with a nonce of its own.
    pub(crate) async fn opener_with_nonce(&self, name: &str, account: &Account, nonce: u64) -> Result<User> {
        self.user_as(self.cast.opener, name, account, Some(nonce)).await
    }

    /// As [`World::opener`], able to restart alone.
    pub(crate) async fn restartable_opener(&self, name: &str) -> Result<User> {
        self.restartable(self.cast.opener, name).await
    }

    /// As [`World::other`], able to restart alone.
    pub(crate) async fn restartable_other(&self, name: &str) -> Result<User> {
        self.restartable(self.cast.other, name).await
    }

    /// `count` more users, of both clients in turn.
    pub(crate) async fn crowd(&self, count: usize) -> Result<Vec<User>> {
        let mut crowd = Vec::new();
        for index in 0..count {
            let kind = if index % 2 == 0 { self.cast.opener } else { self.cast.other };
            crowd.push(self.user(kind, &format!("guest{index}")).await?);
        }
        Ok(crowd)
    }

    /// Another installation of a user's inbox: the same wallet and client, a database of its own.
    pub(crate) async fn another_installation_of(&self, user: &User) -> Result<User> {
        let kind = match user {
            User::Official(_) => Kind::Official,
            User::Ours(_) => Kind::Ours,
        };
        self.user_as(kind, "second", user.account(), None).await
    }

    /// Stops a user's client without warning, and opens its database again.
    pub(crate) async fn restart(&self, user: User) -> Result<User> {
        Ok(match user {
            User::Official(official) => User::Official(Box::new(official.restart(&self.generation).await?)),
            User::Ours(ours) => User::Ours(Box::new(ours.restart().await?)),
        })
    }

    async fn user(&self, kind: Kind, name: &str) -> Result<User> {
        self.user_as(kind, name, &Account::wallet()?, None).await
    }

    async fn user_as(&self, kind: Kind, name: &str, account: &Account, nonce: Option<u64>) -> Result<User> {
        let account = account.clone();
        Ok(match kind {
            Kind::Official => {
                let setup = Setup { nonce, ..self.setup(name, account) };
                User::Official(Box::new(Official::open(self.driver().await?, setup).await?))
            }
            Kind::Ours => User::Ours(Box::new(Ours::open(account, nonce, self.new_folder(name)).await?)),
        })
    }

    async fn synced_as(&self, kind: Kind, name: &str, account: &Account) -> Result<User> {
        match kind {
            Kind::Official => {
                let setup = Setup { device_sync: true, ..self.setup(name, account.clone()) };
                Ok(User::Official(Box::new(Official::open(self.driver().await?, setup).await?)))
            }
            Kind::Ours => self.user_as(kind, name, account, None).await,
        }
    }

    async fn restartable(&self, kind: Kind, name: &str) -> Result<User> {
        match kind {
            Kind::Official => {
                let driver = Driver::start(&self.generation).await?;
                let official = Official::open(driver, self.setup(name, Account::wallet()?)).await?;
                Ok(User::Official(Box::new(official)))
            }
            Kind::Ours => self.user(kind, name).await,
        }
    }

    /// The Node process that users of this world share.
    async fn driver(&self) -> Result<Arc<Driver>> {
        self.shared.get_or_try_init(|| self.network.driver(&self.generation)).await.cloned()
    }

    fn setup(&self, name: &str, account: Account) -> Setup {
        let name = self.unique(name);
        Setup {
            api_url: API_URL.to_owned(),
            database: self.folder.join(&name).with_extension("db3"),
            database_key: hex::encode([7; 32]),
            account,
            nonce: None,
            device_sync: false,
            name,
        }
    }

    fn new_folder(&self, name: &str) -> PathBuf {
        self.folder.join(self.unique(name))
    }

    /// A name no other user of any world has.
    fn unique(&self, name: &str) -> String {
        let world = self.folder.file_name().unwrap_or_default().to_string_lossy();
        format!("{name}-{world}-{}", self.users.fetch_add(1, Ordering::Relaxed))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(driver) = self.shared.take() {
            self.network.give_back(driver);
        }
    }
}
