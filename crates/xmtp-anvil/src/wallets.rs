//! Smart contract wallets, and what happens to them.
//!
//! Source of fact: the contracts in `tests/chain/contracts/`; ERC-1271, ERC-6492 and EIP-1014.
use crate::{Anvil, AnvilError};
use alloy_primitives::{Address, B256, Bytes, U256, address, hex, keccak256};
use alloy_sol_types::{SolCall, SolValue, sol};
use serde_json::json;
use xmtp_types::{AccountId, Identifier};

/// What contracts are created with, as hex. A test compiles them again.
const WALLET: &str = include_str!("../../../tests/chain/contracts/Wallet.hex");
const FACTORY: &str = include_str!("../../../tests/chain/contracts/WalletFactory.hex");
const DORMANT: &str = include_str!("../../../tests/chain/contracts/DormantWallet.hex");

/// An account that Anvil gives money to and signs for.
pub(crate) const PAYER: Address = address!("f39fd6e51aad88f6f4ce6ab8827279cfffb92266");

/// Ends a signature of a wallet that is not deployed. ERC-6492.
const WRAPPED: [u8; 32] = hex!("6492649264926492649264926492649264926492649264926492649264926492");

mod abi {
    use super::sol;
    sol! {
        function setSilent(bool silent) external;
        function create(address owner, bytes32 salt) external;
        function wake() external;
    }
}

/// A wallet whose address is known, whether it is deployed and ready or not.
#[derive(Clone, Debug)]
pub struct CounterfactualWallet {
    /// The account it is or will be.
    pub account: AccountId,
    /// The contract that can deploy it, or make it ready.
    pub factory: Identifier,
    /// What the factory has to be called with for that.
    pub calldata: Vec<u8>,
}

impl CounterfactualWallet {
    /// What the owner signed, as a signature of the wallet that says how to deploy it. ERC-6492.
    pub fn wrap(&self, signature: &[u8]) -> Vec<u8> {
        let factory = of(&self.factory).unwrap_or_default();
        let parts = (factory, Bytes::copy_from_slice(&self.calldata), Bytes::copy_from_slice(signature));
        [parts.abi_encode_params(), WRAPPED.to_vec()].concat()
    }
}

impl Anvil {
    /// A new wallet that vouches for what `owner` signs.
    ///
    /// # Errors
    /// [`AnvilError`].
    pub async fn deploy_wallet(&self, owner: &Identifier) -> Result<AccountId, AnvilError> {
        let wallet = self.create(WALLET, &of(owner)?.abi_encode()).await?;
        self.account(wallet)
    }

    /// The wallet of `owner` whose address follows from `salt`, not deployed.
    ///
    /// # Errors
    /// [`AnvilError`].
    pub async fn counterfactual_wallet(
        &self,
        owner: &Identifier,
        salt: [u8; 32],
    ) -> Result<CounterfactualWallet, AnvilError> {
        let factory = *self.factory.get_or_try_init(|| self.create(FACTORY, &[])).await?;
        let (owner, salt) = (of(owner)?, B256::from(salt));
        let code = keccak256([code(WALLET)?, owner.abi_encode()].concat());
        Ok(CounterfactualWallet {
            account: self.account(factory.create2(salt, code))?,
            factory: identifier(factory)?,
            calldata: abi::createCall { owner, salt }.abi_encode(),
        })
    }

    /// Deploys a wallet, as everyone who knows its factory and calldata can.
    ///
    /// # Errors
    /// [`AnvilError`], also if it is deployed already.
    pub async fn deploy_counterfactual(&self, wallet: &CounterfactualWallet) -> Result<(), AnvilError> {
        let factory = of(&wallet.factory)?;
        self.rpc.transact(PAYER, Some(factory), Bytes::copy_from_slice(&wallet.calldata)).await.map(drop)
    }

    /// A new wallet of `owner` that is deployed, and vouches for nothing until its factory, which is itself, is called.
    ///
    /// # Errors
    /// [`AnvilError`].
    pub async fn deploy_dormant_wallet(&self, owner: &Identifier) -> Result<CounterfactualWallet, AnvilError> {
        let wallet = self.create(DORMANT, &of(owner)?.abi_encode()).await?;
        let calldata = abi::wakeCall {}.abi_encode();
        Ok(CounterfactualWallet { account: self.account(wallet)?, factory: identifier(wallet)?, calldata })
    }

    /// Makes `wallet` vouch for what its owner signed, which it does at first, or for nothing any more. Takes effect with a
    /// new block; what was at earlier blocks stays.
    ///
    /// # Errors
    /// [`AnvilError`], also if `owner` is not the owner.
    pub async fn set_valid(&self, wallet: &AccountId, owner: &Identifier, valid: bool) -> Result<(), AnvilError> {
        let owner = of(owner)?;
        // The chain signs for anybody here, and pays.
        self.rpc.call("anvil_impersonateAccount", json!([owner])).await?;
        self.rpc.call("anvil_setBalance", json!([owner, U256::from(10_u64.pow(18))])).await?;
        let call = abi::setSilentCall { silent: !valid }.abi_encode();
        self.rpc.transact(owner, Some(of(&wallet.identifier())?), call.into()).await.map(drop)
    }

    /// Deploys what `creation` creates with these arguments.
    pub(crate) async fn create(&self, creation: &str, arguments: &[u8]) -> Result<Address, AnvilError> {
        let data = [code(creation)?, arguments.to_vec()].concat();
        let made = self.rpc.transact(PAYER, None, data.into()).await?;
        made.ok_or_else(|| AnvilError::Failed { method: "a creation", reason: "no contract came of it".to_owned() })
    }

    pub(crate) fn account(&self, address: Address) -> Result<AccountId, AnvilError> {
        AccountId::new(self.chain_id(), &identifier(address)?).map_err(|_| AnvilError::NotAnAddress)
    }
}

fn identifier(address: Address) -> Result<Identifier, AnvilError> {
    Identifier::ethereum(&format!("{address:#x}")).map_err(|_| AnvilError::NotAnAddress)
}

pub(crate) fn of(identifier: &Identifier) -> Result<Address, AnvilError> {
    identifier.to_string().parse().map_err(|_| AnvilError::NotAnAddress)
}

fn code(creation: &str) -> Result<Vec<u8>, AnvilError> {
    hex::decode(creation.trim()).map_err(|error| AnvilError::Failed { method: "a creation", reason: error.to_string() })
}
