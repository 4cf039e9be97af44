//! Whose address is whose: kept once known, from the database if it is there, else from the network.
use crate::AgentError;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use xmtp_client::{Client, ClientError, Identifier, IdentifierKind, InboxError, InboxId, StateFrom};

/// Inboxes kept at most; when there are more, all are forgotten and asked for again.
const KEPT: usize = 10_000;

/// Identities of inboxes. An inbox that has none of a kind is asked for each time: it may get one.
#[derive(Debug, Default)]
pub(crate) struct Addresses(Mutex<HashMap<(InboxId, IdentifierKind), Identifier>>);

impl Addresses {
    /// The identity of this kind that an inbox had first.
    pub(crate) async fn find(
        &self,
        client: &Client,
        inbox: InboxId,
        kind: IdentifierKind,
    ) -> Result<Option<Identifier>, AgentError> {
        if let Some(known) = self.with(|known| known.get(&(inbox, kind)).cloned()) {
            return Ok(Some(known));
        }
        for from in [StateFrom::Kept, StateFrom::Network] {
            if let Some(found) = look_up(client, inbox, kind, from).await? {
                self.with(|known| {
                    if known.len() >= KEPT {
                        known.clear();
                    }
                    known.insert((inbox, kind), found.clone())
                });
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn with<R>(&self, work: impl FnOnce(&mut HashMap<(InboxId, IdentifierKind), Identifier>) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn look_up(
    client: &Client,
    inbox: InboxId,
    kind: IdentifierKind,
    from: StateFrom,
) -> Result<Option<Identifier>, AgentError> {
    match client.inbox_states(&[inbox], from).await {
        Ok(states) => {
            let mut identifiers = states.iter().flat_map(|state| state.identifiers());
            Ok(identifiers.find(|identifier| identifier.kind() == kind).cloned())
        }
        Err(ClientError::Inbox(InboxError::Unknown(_))) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
