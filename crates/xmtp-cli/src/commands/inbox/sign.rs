//! `xmtp inbox sign` and `verify`: what an installation vouches for.
use crate::{
    args::{GlobalOptions, SignArgs, VerifyArgs},
    error::CliError,
    output, session,
};
use serde_json::json;
use std::io::Read;
use xmtp_client::verify_installation_signature;

/// Signs a text; prints the signature in hexadecimal characters.
///
/// # Errors
/// [`CliError`] if the database cannot be opened.
pub(super) async fn sign(options: &GlobalOptions, args: SignArgs) -> Result<(), CliError> {
    let text = text(args.text)?;
    let client = session::open(options).await?.client;
    let signature = hex::encode(client.sign_with_installation(&text).await?);
    if options.json {
        let installation = client.installation_id().to_string();
        return output::json(&json!({ "signature": signature, "installation_id": installation }));
    }
    output::line(&signature)
}

/// Says whether a signature is that of an installation over a text.
///
/// # Errors
/// [`CliError::Refused`] if it is not.
pub(super) async fn verify(options: &GlobalOptions, args: VerifyArgs) -> Result<(), CliError> {
    let text = text(args.text)?;
    let signature = hex::decode(args.signature.trim())
        .map_err(|_| CliError::usage("a signature is 128 hexadecimal characters, as `xmtp inbox sign` prints them"))?;
    let installation = match args.installation {
        Some(installation) => installation,
        None => session::open(options).await?.client.installation_id(),
    };
    let holds = verify_installation_signature(&installation, &text, &signature).is_ok();
    if options.json {
        output::json(&json!({ "valid": holds, "installation_id": installation.to_string() }))?;
    } else if holds {
        output::line("valid")?;
    }
    if holds {
        return Ok(());
    }
    Err(CliError::Refused(format!("not valid: installation {installation} did not sign this text")))
}

fn text(text: String) -> Result<String, CliError> {
    if text != "-" {
        return Ok(text);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|source| CliError::io("read standard input", source))?;
    Ok(text)
}
