//! Agents ask a real chain: for balances and for names.

#[cfg(test)]
mod names;

#[cfg(test)]
mod tokens;
