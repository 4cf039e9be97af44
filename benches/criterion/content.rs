//! Contents to bytes and back.
mod measured;

fn main() -> anyhow::Result<()> {
    let mut criterion = measured::criterion();
    measured::measure(&mut criterion, xmtp_layers::content::operations()?)?;
    criterion.final_summary();
    Ok(())
}
