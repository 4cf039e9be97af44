//! Wallets that mean harm to whoever asks them.
use crate::{Anvil, AnvilError};
use alloy_primitives::U256;
use alloy_sol_types::SolValue;
use xmtp_types::AccountId;

/// What the contract is created with, as hex.
const HOSTILE: &str = include_str!("../../../tests/chain/contracts/HostileWallet.hex");

/// How a wallet answers that is not honest. The order is that of `HostileWallet.sol`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hostile {
    /// It runs until nothing is left to pay for it.
    UsesAllGas,
    /// Its answer is a mebibyte.
    ReturnsMegabytes,
    /// It gives up.
    Reverts,
    /// It gives up, for a mebibyte of reasons.
    RevertsWithMegabytes,
    /// It runs an instruction that there is not.
    BreaksTheMachine,
    /// Its answer is yes, in fewer bytes than an answer has.
    ReturnsTooLittle,
    /// Its answer is yes, and more in the same word.
    ReturnsMoreThanTheMagic,
}

impl Hostile {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::UsesAllGas,
        Self::ReturnsMegabytes,
        Self::Reverts,
        Self::RevertsWithMegabytes,
        Self::BreaksTheMachine,
        Self::ReturnsTooLittle,
        Self::ReturnsMoreThanTheMagic,
    ];
}

impl Anvil {
    /// A new wallet that answers like this.
    ///
    /// # Errors
    /// [`AnvilError`].
    pub async fn deploy_hostile_wallet(&self, manner: Hostile) -> Result<AccountId, AnvilError> {
        let wallet = self.create(HOSTILE, &U256::from(manner as u8).abi_encode()).await?;
        self.account(wallet)
    }
}
