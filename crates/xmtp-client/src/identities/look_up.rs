//! Look-ups: who an inbox is, asked of the network and verified here.
use super::{InboxError, InstallationInfo, KeyPackageStatus, fold};
use crate::{
    ClientError, Clock, ContractVerifier, Signer, SystemClock,
    contract::{self, AskNode},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};
use xmtp_delivery::{GrpcTransport, Network, Transport};
use xmtp_identity::{InboxState, Member, MemberIdentifier, UnverifiedUpdate, UpdateRequest};
use xmtp_types::{Delivered, Identifier, InboxId, InstallationId, Payload, SequenceId};

/// The inboxes of a network: who they are, and, with a wallet at hand, changes to one.
///
/// Everything is asked of the network and verified here, signature by signature.
///
/// ```no_run
/// # async fn run() -> Result<(), xmtp_client::ClientError> {
/// use xmtp_client::{Environment, Identities, Identifier, Network};
///
/// let identities = Identities::connect(&Network::from(Environment::Dev))?;
/// let wallet: Identifier = "0x34dd95109b587ca90778cde5e2dd87e022453699".parse()?;
/// if let Some(inbox) = identities.inbox_of(&wallet).await? {
///     let state = identities.state(inbox).await?;
///     println!("{} installations, recovered by {}", state.installations().count(), state.recovery_identifier());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Identities {
    pub(super) transport: Arc<dyn Transport>,
    verifier: Arc<dyn ContractVerifier>,
    pub(super) clock: Arc<dyn Clock>,
}

/// One update and its number on the network.
pub(super) type NumberedUpdate = (SequenceId, Vec<u8>);

/// What the network holds of an inbox.
pub(super) struct Log {
    pub(super) updates: usize,
    pub(super) state: InboxState,
}

impl Identities {
    /// Those of `network`, which is dialled with the first question.
    ///
    /// # Errors
    /// [`ClientError::Delivery`] if the address is none.
    pub fn connect(network: &Network) -> Result<Self, ClientError> {
        Ok(Self::over(Arc::new(GrpcTransport::connect(network)?)))
    }

    /// Those of a network that is reached in another way.
    pub fn over(transport: Arc<dyn Transport>) -> Self {
        let verifier = Arc::new(AskNode(Arc::clone(&transport)));
        Self::new(transport, verifier, Arc::new(SystemClock))
    }

    pub(crate) fn new(
        transport: Arc<dyn Transport>,
        verifier: Arc<dyn ContractVerifier>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { transport, verifier, clock }
    }

    /// Asks chains about contract wallets in another way than through the node.
    #[must_use]
    pub fn contract_verifier(self, verifier: Arc<dyn ContractVerifier>) -> Self {
        Self { verifier, ..self }
    }

    /// The inbox that an identity belongs to, if it belongs to one.
    ///
    /// # Errors
    /// [`ClientError::Delivery`].
    pub async fn inbox_of(&self, identifier: &Identifier) -> Result<Option<InboxId>, ClientError> {
        Ok(self.inbox_ids(std::slice::from_ref(identifier)).await?.pop().flatten())
    }

    /// The inbox of each identity, in the order asked; nothing for those nobody has registered.
    ///
    /// # Errors
    /// [`ClientError::Delivery`].
    pub async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<InboxId>>, ClientError> {
        if identifiers.is_empty() {
            return Ok(Vec::new());
        }
        // The network compares texts: nobody finds an address that is not lowercase.
        let lowercase = |identifier: &Identifier| match identifier {
            Identifier::Ethereum(address) => Identifier::Ethereum(address.to_ascii_lowercase()),
            other => other.clone(),
        };
        Ok(self.transport.inbox_ids(&identifiers.iter().map(lowercase).collect::<Vec<_>>()).await?)
    }

    /// Whether each identity can be written to, in the order asked: whether it belongs to an inbox.
    ///
    /// # Errors
    /// [`ClientError::Delivery`].
    pub async fn can_message(&self, identifiers: &[Identifier]) -> Result<Vec<bool>, ClientError> {
        Ok(self.inbox_ids(identifiers).await?.iter().map(Option::is_some).collect())
    }

    /// The newest state of an inbox.
    ///
    /// # Errors
    /// As [`Identities::states`].
    pub async fn state(&self, inbox: InboxId) -> Result<InboxState, ClientError> {
        Ok(self.log(inbox).await?.state)
    }

    /// The newest state of each inbox, in the order asked.
    ///
    /// # Errors
    /// [`InboxError::Unknown`] or [`InboxError::InvalidLog`] for the first inbox that has none;
    /// [`ClientError::ChainNotAsked`] if a contract wallet signed and its chain cannot be asked.
    pub async fn states(&self, inboxes: &[InboxId]) -> Result<Vec<InboxState>, ClientError> {
        Ok(self.logs(inboxes).await?.into_iter().map(|log| log.state).collect())
    }

    /// How many updates each inbox has had, in the order asked. The network takes no more than
    /// [`xmtp_identity::MAX_UPDATES`].
    ///
    /// # Errors
    /// [`ClientError::Delivery`].
    pub async fn update_counts(&self, inboxes: &[InboxId]) -> Result<Vec<usize>, ClientError> {
        Ok(self.fetch(inboxes).await?.iter().map(Vec::len).collect())
    }

    /// Whether `member`, an account, passkey or installation, speaks for `inbox` now.
    ///
    /// # Errors
    /// As [`Identities::states`].
    pub async fn is_authorized(&self, inbox: InboxId, member: &MemberIdentifier) -> Result<bool, ClientError> {
        Ok(self.state(inbox).await?.member(member).is_some())
    }

    /// Whether each installation can be added to groups, in the order asked.
    ///
    /// # Errors
    /// [`ClientError::Delivery`].
    pub async fn key_packages(&self, installations: &[InstallationId]) -> Result<Vec<KeyPackageStatus>, ClientError> {
        self.key_packages_of(None, installations).await
    }

    pub(crate) async fn key_packages_of(
        &self,
        inbox: Option<InboxId>,
        installations: &[InstallationId],
    ) -> Result<Vec<KeyPackageStatus>, ClientError> {
        if installations.is_empty() {
            return Ok(Vec::new());
        }
        let packages = self.transport.key_packages(installations).await?;
        let asked = installations.to_vec();
        blocking(move || {
            let status = |(id, package)| KeyPackageStatus::of(&id, inbox, package);
            asked.into_iter().zip(packages).map(status).collect()
        })
        .await
    }

    /// The installations of an inbox in this state, the earliest added first, and whether they can be added to groups.
    ///
    /// # Errors
    /// [`ClientError::Delivery`].
    pub async fn installations(&self, state: &InboxState) -> Result<Vec<InstallationInfo>, ClientError> {
        let ids: Vec<InstallationId> = state.installations().copied().collect();
        let packages = self.key_packages_of(Some(*state.inbox_id()), &ids).await?;
        let info = |(id, key_package): (InstallationId, KeyPackageStatus)| {
            let member = state.member(&id.into());
            InstallationInfo {
                id,
                added_at: member.and_then(Member::added_at),
                added_by: member.and_then(Member::added_by).cloned(),
                key_package,
            }
        };
        Ok(ids.into_iter().zip(packages).map(info).collect())
    }

    /// Has `signer` sign `request`. The signature of a contract wallet is put to its chain.
    ///
    /// # Errors
    /// [`ClientError::Signer`] if the wallet refuses; [`ClientError::Identity`] if it is none that the request waits for,
    /// or its signature does not hold; [`ClientError::ChainNotAsked`].
    pub async fn sign(&self, request: &mut UpdateRequest, signer: &dyn Signer) -> Result<(), ClientError> {
        contract::sign(&*self.verifier, request, signer).await
    }

    pub(super) async fn log(&self, inbox: InboxId) -> Result<Log, ClientError> {
        let log = self.logs(&[inbox]).await?.pop();
        log.ok_or(ClientError::Inbox(InboxError::Unknown(inbox)))
    }

    async fn logs(&self, inboxes: &[InboxId]) -> Result<Vec<Log>, ClientError> {
        let fetched = self.fetch(inboxes).await?;
        let inboxes = inboxes.to_vec();
        let decoded: Vec<Vec<_>> = blocking(move || {
            let decode = |(number, bytes): NumberedUpdate| (number, UnverifiedUpdate::decode(&bytes));
            fetched.into_iter().map(|log| log.into_iter().map(decode).collect()).collect()
        })
        .await?;
        let readable: Vec<_> = decoded.iter().flatten().filter_map(|(_, update)| update.as_ref().ok()).collect();
        let answers = contract::answers(&*self.verifier, &readable).await?;
        let folded = blocking(move || {
            let fold_one =
                |(inbox, log): (InboxId, Vec<_>)| Ok(Log { updates: log.len(), state: fold(inbox, log, &answers)? });
            inboxes.into_iter().zip(decoded).map(fold_one).collect::<Result<Vec<_>, InboxError>>()
        });
        Ok(folded.await??)
    }

    /// The updates of each inbox, from its first one on.
    pub(super) async fn fetch(&self, inboxes: &[InboxId]) -> Result<Vec<Vec<NumberedUpdate>>, ClientError> {
        if inboxes.is_empty() {
            return Ok(Vec::new());
        }
        // Some nodes mix up the answers if an inbox is named twice.
        let unique: BTreeSet<InboxId> = inboxes.iter().copied().collect();
        let from_start: Vec<_> = unique.iter().map(|inbox| (*inbox, SequenceId::ZERO)).collect();
        let update = |delivered: Delivered| match delivered.payload {
            Payload::IdentityUpdate(bytes) => Some((delivered.sequence_id, bytes)),
            _ => None,
        };
        let fetched = self.transport.identity_updates(&from_start).await?;
        let logs = fetched.into_iter().map(|log| log.into_iter().filter_map(update).collect::<Vec<_>>());
        let logs: BTreeMap<InboxId, Vec<NumberedUpdate>> = unique.into_iter().zip(logs).collect();
        Ok(inboxes.iter().map(|inbox| logs.get(inbox).cloned().unwrap_or_default()).collect())
    }
}

/// Verifies away from the tasks that wait for sockets.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ClientError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ClientError::Closed)
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identities").finish_non_exhaustive()
    }
}
