//! What whoever runs an agent wants to see when it starts: who it is, where, and how many installations are left.
use crate::Agent;
use std::fmt;
use xmtp_client::{
    Client, ClientError, GroupQuery, Identifier, IdentifierKind, InboxId, InstallationId, InstallationInfo,
    KeyPackageStatus, Network, Timestamp,
};

/// Who an agent is and how it stands. Everything here is public; keys are not among it.
///
/// `Display` is a table of a few lines for people.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AgentDetails {
    /// Its inbox.
    pub inbox: InboxId,
    /// The Ethereum address by which people find it, if it has one.
    pub address: Option<Identifier>,
    /// This installation of it.
    pub installation: InstallationId,
    /// All its installations, the earliest added first.
    pub installations: Vec<InstallationInfo>,
    /// How many more installations it may have.
    pub slots_left: usize,
    /// The network.
    pub network: Network,
    /// How many conversations it has, as far as this installation knows.
    pub conversations: usize,
    /// The version of this library.
    pub version: &'static str,
}

impl AgentDetails {
    /// Asks the network for the inbox of `client` and for its key packages, and the database for the rest.
    ///
    /// # Errors
    /// [`ClientError`] if either cannot be asked.
    pub async fn of(client: &Client) -> Result<Self, ClientError> {
        let state = client.inbox().state().await?;
        let mut identifiers = state.identifiers();
        let address = identifiers.find(|identifier| identifier.kind() == IdentifierKind::Ethereum).cloned();
        Ok(Self {
            inbox: client.inbox_id(),
            address,
            installation: client.installation_id(),
            installations: client.identities().installations(&state).await?,
            slots_left: state.installation_slots_left(),
            network: client.network().clone(),
            conversations: client.conversations().list(GroupQuery::default()).await?.len(),
            version: env!("CARGO_PKG_VERSION"),
        })
    }

    /// The installation that was added last.
    pub fn newest_installation(&self) -> Option<InstallationId> {
        self.installations.iter().max_by_key(|installation| installation.added_at).map(|installation| installation.id)
    }

    /// Whether this installation is the one that was added last.
    pub fn is_newest_installation(&self) -> bool {
        self.newest_installation() == Some(self.installation)
    }

    /// Whether this installation can be added to groups, and until when.
    pub fn key_package(&self) -> Option<&KeyPackageStatus> {
        let own = self.installations.iter().find(|installation| installation.id == self.installation);
        own.map(|installation| &installation.key_package)
    }

    /// A page on which a person can write to the agent, if it has an address.
    pub fn test_url(&self) -> Option<String> {
        let address = self.address.as_ref()?;
        Some(format!("http://xmtp.chat/{}/dm/{address}", self.network.environment.name()))
    }

    /// Writes everything to the log, at level info, and a warning if the inbox has no room for another installation.
    pub fn log(&self) {
        tracing::info!(
            inbox = %self.inbox,
            address = self.address.as_ref().map(tracing::field::display),
            installation = %self.installation,
            installations = self.installations.len(),
            slots_left = self.slots_left,
            key_package = %key_package(self.key_package()),
            network = %network(&self.network),
            conversations = self.conversations,
            test_url = self.test_url(),
            version = self.version,
            "details of the agent"
        );
        if self.slots_left == 0 {
            tracing::warn!(
                "the inbox has no room for another installation: keep this database, or revoke installations"
            );
        }
    }
}

impl fmt::Display for AgentDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let newest = if self.is_newest_installation() { "the newest" } else { "not the newest" };
        let used = self.installations.len();
        writeln!(f, "inbox          {}", self.inbox)?;
        if let Some(address) = &self.address {
            writeln!(f, "address        {address}")?;
        }
        writeln!(f, "installation   {}", self.installation)?;
        writeln!(f, "installations  {used} in use, {} left; this is {newest}", self.slots_left)?;
        writeln!(f, "key package    {}", key_package(self.key_package()))?;
        writeln!(f, "network        {}", network(&self.network))?;
        writeln!(f, "conversations  {}", self.conversations)?;
        if let Some(url) = self.test_url() {
            writeln!(f, "write to it    {url}")?;
        }
        write!(f, "version        {}", self.version)
    }
}

fn key_package(status: Option<&KeyPackageStatus>) -> String {
    match status {
        Some(KeyPackageStatus::Usable { valid_from, expires_at }) => {
            format!("from {} to {}", day(*valid_from), day(*expires_at))
        }
        Some(KeyPackageStatus::Invalid(error)) => format!("cannot be used: {error}"),
        Some(KeyPackageStatus::Foreign) => "of another installation".to_owned(),
        _ => "none: nobody can begin a conversation with this installation".to_owned(),
    }
}

fn day(time: Timestamp) -> String {
    let instant = jiff::Timestamp::from_nanosecond(i128::from(time.as_nanos())).unwrap_or_default();
    instant.strftime("%Y-%m-%d").to_string()
}

/// The name of a network and the host that reaches it; what else a URL has may be a key.
fn network(network: &Network) -> String {
    let after_scheme = network.url.split_once("://").map_or(network.url.as_str(), |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{} at {host}", network.environment.name())
}

impl Agent {
    /// Writes to the log who the agent is when it starts: see [`AgentDetails`]. A network that cannot be asked does not keep
    /// the agent from starting.
    #[must_use]
    pub fn log_details(self) -> Self {
        self.on_start(async |client: Client| {
            match AgentDetails::of(&client).await {
                Ok(details) => details.log(),
                Err(error) => tracing::warn!(%error, "details of the agent are not known"),
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_client::Environment;

    #[test]
    fn no_more_of_the_network_is_shown_than_its_name_and_host() {
        let secret = Network::at(Environment::Dev, "https://user:pass@node.example.org:443/key?token=secret");
        assert_eq!(network(&secret), "dev at node.example.org:443");
        assert_eq!(network(&Environment::Local.into()), "local at localhost:5556");
    }
}
