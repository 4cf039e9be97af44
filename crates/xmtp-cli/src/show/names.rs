//! What to call an inbox: the short form of its address.
use std::{collections::HashMap, time::Duration};
use xmtp_client::{Client, Identifier, InboxId, StateFrom};

/// How long to wait for the network to tell an address. The inbox id is a name too.
const PATIENCE: Duration = Duration::from_secs(3);

/// Names of inboxes, each asked for once.
#[derive(Debug)]
pub(crate) struct Names {
    client: Client,
    known: HashMap<InboxId, Option<String>>,
}

impl Names {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, known: HashMap::new() }
    }

    /// What to call `inbox`.
    pub(crate) async fn of(&mut self, inbox: InboxId) -> String {
        if inbox == self.client.inbox_id() {
            return "you".to_owned();
        }
        match self.address(inbox).await {
            Some(address) => short_address(&address),
            None => short_id(&inbox.to_string()),
        }
    }

    /// The address of `inbox` in full: the first of its accounts that is one. What the network carries as an address can be
    /// any text of a stranger.
    pub(crate) async fn address(&mut self, inbox: InboxId) -> Option<String> {
        if let Some(known) = self.known.get(&inbox) {
            return known.clone();
        }
        // What is kept of those one has met is no older than the last message, and needs no network.
        let kept = self.client.inbox_states(&[inbox], StateFrom::Kept).await.ok().and_then(|mut states| states.pop());
        let state = match kept {
            Some(state) => Some(state),
            None => tokio::time::timeout(PATIENCE, self.client.inbox_state(inbox)).await.ok().and_then(Result::ok),
        };
        let address = state.as_ref().and_then(|state| {
            state.identifiers().find_map(|identifier| match identifier {
                Identifier::Ethereum(address) => Some(address.clone()),
                _ => None,
            })
        });
        self.known.insert(inbox, address.clone());
        address
    }

    /// What to call each of `inboxes`, in a row.
    pub(crate) async fn of_all(&mut self, inboxes: &[InboxId]) -> String {
        let mut names = Vec::with_capacity(inboxes.len());
        for inbox in inboxes {
            names.push(self.of(*inbox).await);
        }
        names.join(", ")
    }
}

/// `0x34dd…3699`.
fn short_address(address: &str) -> String {
    match (address.get(..6), address.len().checked_sub(4).and_then(|at| address.get(at..))) {
        (Some(head), Some(tail)) if address.is_ascii() && address.len() > 12 => {
            super::clean(&format!("{head}…{tail}")).into_owned()
        }
        _ => super::clean(address).into_owned(),
    }
}

/// `3f32eda0…`.
pub(crate) fn short_id(id: &str) -> String {
    id.get(..8).map_or_else(|| id.to_owned(), |head| format!("{head}…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_by_its_ends() {
        assert_eq!(short_address("0x34dd95109b587ca90778cde5e2dd87e022453699"), "0x34dd…3699");
        assert_eq!(short_address("0x1"), "0x1");
        assert_eq!(short_address("\u{1b}[31mé and more of it"), "[31mé and more of it");
    }
}
