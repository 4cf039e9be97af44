//! What the user has decided, the same on all its installations: who is wanted, and the keys for push.

mod change;
mod stream;
mod tend;

pub use change::PreferenceChange;
pub use stream::PreferenceStream;

pub(crate) use tend::Tending;

use crate::{ClientError, StreamPosition, client::Inner};
use std::sync::Arc;
use xmtp_storage::{ConsentEntity, ConsentState, Durability};

/// The preferences of a client's inbox.
#[derive(Clone, Debug)]
pub struct Preferences {
    pub(crate) inner: Arc<Inner>,
}

impl Preferences {
    /// Reads what the user's other installations have told, and tells them what was decided here.
    ///
    /// # Errors
    /// [`ClientError`]; what was done until then is kept.
    pub async fn sync(&self) -> Result<(), ClientError> {
        self.inner.sync_preferences().await
    }

    /// Whether something is wanted.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn consent(&self, entity: &ConsentEntity) -> Result<ConsentState, ClientError> {
        self.inner.consent(entity.clone()).await
    }

    /// Decides whether things are wanted, all at once. The user's other installations are told in the background.
    ///
    /// # Errors
    /// [`ClientError::Storage`]; [`ClientError::Engine`] for the client's own inbox, about which nobody decides.
    pub async fn set_consent(&self, decisions: &[(ConsentEntity, ConsentState)]) -> Result<(), ClientError> {
        self.inner.set_consent(decisions.to_vec()).await
    }

    /// Changes from now on, decided here or elsewhere; see [`PreferenceStream`].
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be followed.
    pub async fn stream(&self) -> Result<PreferenceStream, ClientError> {
        stream::open(&self.inner, StreamPosition::Now).await
    }

    /// Changes after a position, then live, without a gap; see [`PreferenceStream`].
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be followed.
    pub async fn stream_from(&self, position: StreamPosition) -> Result<PreferenceStream, ClientError> {
        stream::open(&self.inner, position).await
    }
}

impl Inner {
    pub(crate) async fn consent(self: &Arc<Self>, entity: ConsentEntity) -> Result<ConsentState, ClientError> {
        let row = self.machine.read(move |store| store.consent(&entity)).await?;
        Ok(row.map(|row| row.state).unwrap_or_default())
    }

    pub(crate) async fn set_consent(
        self: &Arc<Self>,
        decisions: Vec<(ConsentEntity, ConsentState)>,
    ) -> Result<(), ClientError> {
        self.machine.step(Durability::Full, move |session| session.set_consent(&decisions)).await?;
        self.tell_in_background();
        Ok(())
    }
}
