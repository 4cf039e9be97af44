//! Identity updates made, checked and folded.
mod measured;

fn main() -> anyhow::Result<()> {
    let mut criterion = measured::criterion();
    measured::measure(&mut criterion, xmtp_layers::identity::operations()?)?;
    criterion.final_summary();
    Ok(())
}
