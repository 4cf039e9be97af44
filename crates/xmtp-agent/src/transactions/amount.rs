//! How much: a whole number of the smallest unit, and how many of its digits stand behind the point.
//!
//! Never a floating point number: 0.1 is none, and money that is rounded is lost.
use alloy_primitives::{U256, utils::format_units};
use std::fmt;
use thiserror::Error;

/// The most decimals that an amount may have. Tokens have 18 or fewer; 77 is what 256 bits can hold.
pub const MAX_DECIMALS: u8 = 77;

/// An amount of a token or of a chain's own coin.
///
/// ```
/// use xmtp_agent::transactions::Amount;
///
/// let price = Amount::parse("1.50", 6)?;
/// assert_eq!(price.raw().to_string(), "1500000");
/// assert_eq!(price.to_string(), "1.5");
/// # Ok::<(), xmtp_agent::transactions::AmountError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Amount {
    raw: U256,
    decimals: u8,
}

/// A text is no amount.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum AmountError {
    /// It has something else than digits and one point.
    #[error("not an amount: write digits, with a point before the decimals, such as 1.5")]
    NotANumber,
    /// It is more exact than the token.
    #[error("too many decimals: the token has {0}")]
    TooExact(u8),
    /// It does not fit into 256 bits.
    #[error("the amount is larger than any token can hold")]
    TooLarge,
    /// A token says it has more decimals than can be.
    #[error("no token has {0} decimals: at most 77 are possible")]
    TooManyDecimals(u8),
}

impl Amount {
    /// So many of the smallest unit of something with `decimals` decimals.
    ///
    /// # Errors
    /// [`AmountError::TooManyDecimals`].
    pub const fn from_raw(raw: U256, decimals: u8) -> Result<Self, AmountError> {
        if decimals > MAX_DECIMALS {
            return Err(AmountError::TooManyDecimals(decimals));
        }
        Ok(Self { raw, decimals })
    }

    /// Reads what a person writes: digits, and a point before the decimals. White space around it is passed over.
    ///
    /// # Errors
    /// [`AmountError`]: nothing is rounded, and no sign, exponent or separator of thousands is guessed at.
    pub fn parse(text: &str, decimals: u8) -> Result<Self, AmountError> {
        if decimals > MAX_DECIMALS {
            return Err(AmountError::TooManyDecimals(decimals));
        }
        let text = text.trim();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return Err(AmountError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        let places = usize::from(decimals);
        if fraction.len() > places {
            return Err(AmountError::TooExact(decimals));
        }
        let digits = format!("{whole}{fraction:0<places$}");
        let digits = digits.trim_start_matches('0');
        let raw = if digits.is_empty() { Ok(U256::ZERO) } else { U256::from_str_radix(digits, 10) };
        Self::from_raw(raw.map_err(|_| AmountError::TooLarge)?, decimals)
    }

    /// How many of the smallest unit.
    pub const fn raw(self) -> U256 {
        self.raw
    }

    /// How many digits stand behind the point.
    pub const fn decimals(self) -> u8 {
        self.decimals
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.raw.is_zero()
    }
}

/// As a person writes it, without zeros at the end.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format_units(self.raw, self.decimals).map_err(|_| fmt::Error)?;
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        f.pad(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn raw(text: &str, decimals: u8) -> Result<String, AmountError> {
        Amount::parse(text, decimals).map(|amount| amount.raw().to_string())
    }

    #[test]
    fn amounts_are_read_exactly_and_never_rounded() {
        assert_eq!(raw("1.5", 6).unwrap(), "1500000");
        assert_eq!(raw(" 0.000001 ", 6).unwrap(), "1");
        assert_eq!(raw(".5", 1).unwrap(), "5");
        assert_eq!(raw("7.", 2).unwrap(), "700");
        assert_eq!(raw("1.10", 1).unwrap(), "11", "zeros at the end say nothing");
        assert_eq!(raw("0", 18).unwrap(), "0");
        assert_eq!(raw("12", 0).unwrap(), "12");
        assert_eq!(raw("1.01", 1), Err(AmountError::TooExact(1)));
        assert_eq!(raw("0.1", 0), Err(AmountError::TooExact(0)));
    }

    #[test]
    fn what_is_no_plain_number_is_refused() {
        for text in ["", ".", "-1", "+1", "1e3", "1,5", "1 000", "0x10", "1.2.3", "ten", "１"] {
            assert_eq!(raw(text, 18), Err(AmountError::NotANumber), "{text}");
        }
        assert_eq!(raw(&"9".repeat(78), 0), Err(AmountError::TooLarge));
        assert_eq!(raw("1", 78), Err(AmountError::TooManyDecimals(78)));
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(raw: [u8; 32], decimals in 0..=MAX_DECIMALS) {
            let amount = Amount::from_raw(U256::from_be_bytes(raw), decimals).unwrap();
            prop_assert_eq!(Amount::parse(&amount.to_string(), decimals), Ok(amount));
        }

        #[test]
        fn no_text_makes_reading_panic(text: String, decimals: u8) {
            let _ = Amount::parse(&text, decimals);
        }
    }
}
