//! A sign of life on standard error while something takes long; nothing if that is not a terminal.
use indicatif::ProgressBar;
use std::time::Duration;

/// How often the sign moves.
const TICK: Duration = Duration::from_millis(120);

/// Waits for `work` and shows `doing` meanwhile.
pub(crate) async fn during<T>(doing: &'static str, work: impl Future<Output = T>) -> T {
    let spinner = ProgressBar::new_spinner().with_message(doing);
    spinner.enable_steady_tick(TICK);
    let done = work.await;
    spinner.finish_and_clear();
    done
}
