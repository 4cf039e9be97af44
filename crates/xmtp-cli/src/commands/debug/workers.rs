//! `xmtp debug workers`: what works in the background.
use crate::{
    args::GlobalOptions,
    error::CliError,
    output, progress, session,
    show::{Table, Tone, clean, minute, rfc3339, words},
};
use serde_json::json;

/// Opens a stream, which starts the workers, fetches what is new, and shows what each did meanwhile.
///
/// # Errors
/// [`CliError`] if the network cannot be followed.
pub(super) async fn run(options: &GlobalOptions) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let stream = progress::during("connecting", client.stream_messages()).await?;
    progress::sync_all(&client, &[]).await?;
    let workers = client.workers();
    drop(stream);
    let mut table = Table::new(&["worker", "every", "last run", "runs", "failed"], &[0, 1, 2, 3]);
    for worker in workers {
        if options.json {
            output::json(&json!({
                "name": worker.name,
                "interval_seconds": worker.interval.map(|interval| interval.as_secs_f64()),
                "last_run": worker.last_run.map(rfc3339),
                "runs": worker.runs,
                "restarts": worker.restarts,
                "last_error": worker.last_error,
            }))?;
            continue;
        }
        table.row([
            (Tone::Strong, worker.name.to_owned()),
            (Tone::Plain, worker.interval.map_or_else(|| "when due".to_owned(), words)),
            (Tone::Plain, worker.last_run.map_or_else(|| "never".to_owned(), minute)),
            (Tone::Plain, worker.runs.to_string()),
            (Tone::Faint, worker.last_error.map(|error| clean(&error).into_owned()).unwrap_or_default()),
        ]);
    }
    if options.json { Ok(()) } else { table.print() }
}
