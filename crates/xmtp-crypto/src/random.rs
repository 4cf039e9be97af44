//! The one door to the operating system's random generator.
use crate::CryptoError;
use zeroize::Zeroizing;

/// `N` fresh random bytes.
pub(crate) fn array<const N: usize>() -> Result<[u8; N], CryptoError> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// `N` fresh random bytes that are wiped when dropped.
pub(crate) fn secret<const N: usize>() -> Result<Zeroizing<[u8; N]>, CryptoError> {
    let mut bytes = Zeroizing::new([0; N]);
    fill(bytes.as_mut_slice())?;
    Ok(bytes)
}

/// Overwrites `bytes` with fresh random ones.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), CryptoError> {
    getrandom::fill(bytes).map_err(|_| CryptoError::NoRandomness)
}
