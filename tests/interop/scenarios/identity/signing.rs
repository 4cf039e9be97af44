//! Texts signed with installation keys.
use anyhow::{Result, ensure};

use super::{Scenario, scenarios};
use crate::{check::same, world::World};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "identity_signed_text: a text one side signs is verified by the other, and an altered one is not" => signed_text,
    ]
}

async fn signed_text(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    for (signer, reader) in [(&alix, &bo), (&bo, &alix)] {
        for text in ["", "hello", "grüße, 你好\n\0"] {
            let signature = signer.sign_text(text).await?;
            same("the length in characters", &signature.len(), &128)?;
            for user in [signer, reader] {
                let (by, not_by) = (signer.installation_id(), reader.installation_id());
                let (altered, turned) = (format!("{text}!"), signature.chars().rev().collect::<String>());
                ensure!(user.verify_text(text, &signature, by).await?, "{text:?} is not verified");
                ensure!(!user.verify_text(&altered, &signature, by).await?, "an altered text is verified");
                ensure!(!user.verify_text(text, &turned, by).await?, "an altered signature is verified");
                ensure!(!user.verify_text(text, &signature, not_by).await?, "someone else signed");
            }
        }
    }
    Ok(())
}
