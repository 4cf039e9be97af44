//! Who a message speaks of.
use super::{Found, Resolved, find, resolve};
use crate::{AgentError, Context, names::NameResolver};

impl Context {
    /// Who the text of the message speaks of: see [`mentions::find`](crate::mentions::find). Nobody, if it has no text.
    pub fn mentions(&self) -> Vec<Found> {
        self.text().map(find).unwrap_or_default()
    }

    /// Who the text of the message speaks of, and whose accounts they are. Addresses cut short are those of members: see
    /// [`mentions::resolve`](crate::mentions::resolve).
    ///
    /// # Errors
    /// [`AgentError::Client`] if the members are not known. A name that cannot be looked up is told in its own place.
    pub async fn resolve_mentions(
        &self,
        names: &dyn NameResolver,
        handle_domain: Option<&str>,
    ) -> Result<Vec<Resolved>, AgentError> {
        let mut members = Vec::new();
        for inbox in self.members().await?.into_keys() {
            members.extend(self.address_of(inbox).await?);
        }
        Ok(resolve(self.text().unwrap_or_default(), &members, names, handle_domain).await)
    }
}
