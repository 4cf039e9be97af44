//! A sign of life on standard error while something takes long; nothing if that is not a terminal.
use crate::error::CliError;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;
use xmtp_client::{Client, ConsentState, SyncReport};

/// How often the sign moves.
const TICK: Duration = Duration::from_millis(120);
/// Fewer conversations than this are synced before anyone could read a bar.
const WORTH_A_BAR: usize = 3;
/// What a bar shows.
const BAR: &str = "{spinner} {msg} {wide_bar} {pos}/{len} {eta}";

/// Waits for `work` and shows `doing` meanwhile, and after a while how long it has taken.
pub(crate) async fn during<T>(doing: impl Into<String>, work: impl Future<Output = T>) -> T {
    let spinner = ProgressBar::new_spinner().with_message(doing.into());
    spinner.enable_steady_tick(TICK);
    let done = work.await;
    spinner.finish_and_clear();
    done
}

/// Fetches what is new in all conversations, or in those with such consent, and shows how far it has come.
///
/// # Errors
/// [`CliError::Client`].
pub(crate) async fn sync_all(client: &Client, consent: &[ConsentState]) -> Result<SyncReport, CliError> {
    let bar = ProgressBar::new_spinner().with_message("syncing");
    bar.enable_steady_tick(TICK);
    let conversations = client.conversations();
    let syncing = conversations.sync_all_watched(consent, |come| {
        if come.of >= WORTH_A_BAR {
            if come.done == 0 {
                bar.set_style(ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar()));
            }
            bar.set_length(u64::try_from(come.of).unwrap_or(u64::MAX));
            bar.set_position(u64::try_from(come.done).unwrap_or(u64::MAX));
        }
    });
    let synced = syncing.await;
    bar.finish_and_clear();
    Ok(synced?)
}
