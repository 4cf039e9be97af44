//! A smart contract wallet, and the key that it listens to.
//!
//! What a contract takes for a signature is its own affair. The most common form is that of its owner over the hash it is
//! asked about, which is what is made here; a wallet with another form gets a [`Signer`] of its own.
//!
//! Source of fact: ERC-1271 for the question, ERC-6492 for wallets that are not deployed yet.
use super::{Signature, Signer, SignerError};
use async_trait::async_trait;
use std::sync::Arc;
use xmtp_identity::Erc1271Signature;
use xmtp_types::{AccountId, ChainId, Identifier, InvalidAccountId};

/// What is repeated in the last 32 bytes of a signature by a wallet that may not be deployed yet (ERC-6492).
const NOT_DEPLOYED: [u8; 2] = [0x64, 0x92];
/// Bytes of a word of the contract ABI.
const WORD: usize = 32;

/// A smart contract wallet whose owner is another [`Signer`] with an account key.
#[derive(Clone, Debug)]
pub struct ContractWallet {
    account: AccountId,
    owner: Arc<dyn Signer>,
    deployment: Option<Deployment>,
}

/// How a wallet comes to be deployed: whoever checks its signature calls the factory first, in a call that changes
/// nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Deployment {
    /// The address of the factory contract, 20 bytes.
    pub factory: [u8; 20],
    /// What the factory is called with.
    pub call: Vec<u8>,
}

impl ContractWallet {
    /// The wallet at `address` on `chain`, which takes signatures of `owner`.
    ///
    /// # Errors
    /// [`InvalidAccountId::Address`] if `address` is no Ethereum address.
    pub fn new(chain: ChainId, address: &Identifier, owner: impl Signer + 'static) -> Result<Self, InvalidAccountId> {
        Ok(Self { account: AccountId::new(chain, address)?, owner: Arc::new(owner), deployment: None })
    }

    /// The wallet may not be deployed yet: its signatures carry how to do it. They hold after it is deployed as well.
    #[must_use]
    pub fn deployed_by(self, deployment: Deployment) -> Self {
        Self { deployment: Some(deployment), ..self }
    }

    /// The account of the wallet.
    pub const fn account(&self) -> &AccountId {
        &self.account
    }
}

#[async_trait]
impl Signer for ContractWallet {
    fn identifier(&self) -> Identifier {
        self.account.identifier()
    }

    async fn sign(&self, text: &str) -> Result<Signature, SignerError> {
        let bytes = match self.owner.sign(text).await? {
            Signature::Erc191(by_owner) => by_owner.bytes,
            _ => return Err(SignerError("the owner of a contract wallet has to be an account with a key".to_owned())),
        };
        let bytes = self.deployment.as_ref().map_or_else(|| bytes.clone(), |deployment| deployment.wrap(&bytes));
        Ok(Signature::Erc1271(Erc1271Signature { account_id: self.account.to_string(), block_number: 0, bytes }))
    }
}

impl Deployment {
    /// `abi.encode(factory, call, signature)` and the mark of ERC-6492.
    fn wrap(&self, signature: &[u8]) -> Vec<u8> {
        let (call, signature) = (byte_string(&self.call), byte_string(signature));
        let first = 3 * WORD;
        let head = [word(&self.factory), length(first), length(first + call.len())].concat();
        [head, call, signature, NOT_DEPLOYED.repeat(WORD / NOT_DEPLOYED.len())].concat()
    }
}

/// A byte string in the contract ABI: its length, then the bytes, filled up to whole words.
fn byte_string(bytes: &[u8]) -> Vec<u8> {
    let mut encoded = [&length(bytes.len()), bytes].concat();
    encoded.resize(encoded.len().next_multiple_of(WORD), 0);
    encoded
}

fn length(bytes: usize) -> Vec<u8> {
    word(&bytes.to_be_bytes())
}

/// A number of at most 32 bytes as one word.
fn word(number: &[u8]) -> Vec<u8> {
    [vec![0; WORD.saturating_sub(number.len())], number.to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_identity::{LocalPasskey, LocalWallet};

    const TEXT: &str = "text";

    fn wallet(owner: impl Signer + 'static) -> ContractWallet {
        let address = Identifier::ethereum("0xABCDEF0000000000000000000000000000000001").unwrap();
        ContractWallet::new(ChainId::new(8453), &address, owner).unwrap()
    }

    async fn signed(wallet: &ContractWallet) -> Erc1271Signature {
        match wallet.sign(TEXT).await.unwrap() {
            Signature::Erc1271(signature) => signature,
            other => panic!("signed as {:?}", other.kind()),
        }
    }

    #[tokio::test]
    async fn a_wallet_signs_with_its_owners_signature_for_its_account() {
        let owner = LocalWallet::generate().unwrap();
        let signature = signed(&wallet(owner.clone())).await;
        assert_eq!(signature.account_id, "eip155:8453:0xabcdef0000000000000000000000000000000001");
        assert_eq!((signature.block_number, signature.bytes), (0, owner.sign_text(TEXT).to_vec()));
    }

    #[tokio::test]
    async fn a_wallet_not_deployed_yet_says_how_to_deploy_it() {
        let owner = LocalWallet::generate().unwrap();
        let deployment = Deployment { factory: [0xfa; 20], call: vec![0xca; 33] };
        let bytes = signed(&wallet(owner.clone()).deployed_by(deployment)).await.bytes;
        let words: Vec<&[u8]> = bytes.chunks(WORD).collect();
        assert_eq!(words.len(), 11);
        assert_eq!(words[0], [vec![0; 12], vec![0xfa; 20]].concat());
        assert_eq!((words[1][31], words[2][31]), (0x60, 0xc0));
        assert_eq!((words[3][31], words[4], words[5][0], words[5][1]), (33, &[0xca; 32][..], 0xca, 0));
        assert_eq!(words[6][31], 65);
        assert_eq!([words[7], words[8], &words[9][..1]].concat(), owner.sign_text(TEXT));
        assert_eq!(words[10], [0x64, 0x92].repeat(16));
    }

    #[tokio::test]
    async fn an_owner_without_an_account_key_is_refused() {
        let owner = LocalPasskey::generate("example.org", "https://example.org").unwrap();
        assert!(wallet(owner).sign(TEXT).await.is_err());
    }
}
