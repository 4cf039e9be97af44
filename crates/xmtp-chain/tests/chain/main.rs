//! Real contracts on a real chain are asked whether they signed, and endpoints fail in every way.

#[cfg(test)]
mod support;

#[cfg(test)]
mod wallets;

#[cfg(test)]
mod wrapped;

#[cfg(test)]
mod keys;

#[cfg(test)]
mod hostile;

#[cfg(test)]
mod endpoints;
