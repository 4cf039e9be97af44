//! The primitives, and the wrapping of welcomes.
mod measured;

fn main() -> anyhow::Result<()> {
    let mut criterion = measured::criterion();
    measured::measure(&mut criterion, xmtp_layers::crypto::operations()?)?;
    criterion.final_summary();
    Ok(())
}
