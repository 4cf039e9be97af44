//! `xmtp whoami`: address, inbox, installation, network.
use crate::{args::GlobalOptions, error::CliError, output, session};
use serde_json::json;
use xmtp_client::Environment;

/// Shows who the user is on the network.
///
/// # Errors
/// [`CliError`] if the client cannot be opened.
pub(super) async fn run(options: &GlobalOptions) -> Result<(), CliError> {
    let session = session::open(options).await?;
    if session.network.environment != Environment::Local {
        session::check_still_known(&session).await?;
    }
    let (client, network) = (&session.client, &session.network);
    if options.json {
        return output::json(&json!({
            "address": session.address.to_string(),
            "inbox_id": client.inbox_id().to_string(),
            "installation_id": client.installation_id().to_string(),
            "env": network.environment.name(),
            "url": network.url,
        }));
    }
    output::line(&format!("address       {}", session.address))?;
    output::line(&format!("inbox         {}", client.inbox_id()))?;
    output::line(&format!("installation  {}", client.installation_id()))?;
    output::line(&format!("network       {} at {}", network.environment, network.url))
}
