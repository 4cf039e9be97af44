//! `xmtp inbox recovery set`: who can take an inbox back.
use super::{member, not_an_account, open, show};
use crate::{
    args::{GlobalOptions, SetRecoveryArgs},
    confirm::confirm,
    error::CliError,
    output, progress,
};

/// Names another recovery address.
///
/// # Errors
/// [`CliError`].
pub(super) async fn set(options: &GlobalOptions, args: SetRecoveryArgs) -> Result<(), CliError> {
    let opened = open(options, args.change.inbox.as_ref()).await?;
    let new = &match member(&opened.state, &args.account) {
        Some(account) => account,
        None => args.account.parse().map_err(|_| not_an_account())?,
    };
    let (inbox, old) = (*opened.state.inbox_id(), opened.state.recovery_identifier().clone());
    if old == *new {
        output::note(&format!("{new} recovers the inbox already"));
        return show::state(options, &opened, &opened.state).await;
    }
    let stranger = if opened.state.contains_identifier(new) {
        ""
    } else {
        " It is not in the inbox: nobody has shown that its key exists."
    };
    confirm(
        &format!(
            "{new} alone will be able to remove accounts and installations of inbox {inbox}, and {} no longer.{stranger}",
            show::name(&old)
        ),
        args.change.yes,
    )?;
    let setting = opened.identities.change_recovery(inbox, &opened.wallet, new);
    let after = progress::during("changing the recovery address", setting).await?;
    output::note(&format!("{new} recovers the inbox from now on"));
    show::state(options, &opened, &after).await
}
