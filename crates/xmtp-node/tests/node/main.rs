//! A node and its clients over real sockets: everything a client can see, and what it must be able to rely on.

#[cfg(test)]
mod support;

#[cfg(test)]
mod starting;

#[cfg(test)]
mod sending;

#[cfg(test)]
mod paging;

#[cfg(test)]
mod streams;

#[cfg(test)]
mod commit_log;

#[cfg(test)]
mod key_packages;

#[cfg(test)]
mod identity;

#[cfg(test)]
mod contract_wallets;

#[cfg(test)]
mod web;

#[cfg(test)]
mod crashing;

#[cfg(test)]
mod failing;
