//! Accounts: what owns an inbox. They are made here, so that either client can be handed the same one.
use anyhow::{Result, bail};
use async_trait::async_trait;
use serde_json::{Value, json};
use xmtp_anvil::CounterfactualWallet;
use xmtp_client::{
    AccountId, ChainId, ContractWallet, Deployment, Identifier, LocalPasskey, LocalWallet, Signature, Signer,
    SignerError,
};

/// Where passkeys are used.
const RELYING_PARTY: &str = "interop.example.org";
const ORIGIN: &str = "https://interop.example.org";

/// An account that signs for inboxes.
#[derive(Clone, Debug)]
pub(crate) enum Account {
    /// A key of an Ethereum account.
    Wallet { wallet: LocalWallet, form: Form },
    /// A passkey on P-256, in software.
    Passkey(LocalPasskey),
    /// A smart contract wallet.
    Contract(Box<Contract>),
}

/// A smart contract wallet, which vouches for what its owner signs.
#[derive(Clone, Debug)]
pub(crate) struct Contract {
    pub(crate) owner: LocalWallet,
    pub(crate) account: AccountId,
    /// How to deploy it, while that has not happened.
    pub(crate) undeployed: Option<CounterfactualWallet>,
}

/// The forms in which wallets give one and the same signature.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// Low S, V of 27 or 28.
    Plain,
    /// Low S, V of 0 or 1.
    Parity,
    /// High S, V as it was with the low one.
    HighS,
}

impl Account {
    /// A wallet that was never used.
    pub(crate) fn wallet() -> Result<Self> {
        Self::wallet_signing(Form::Plain)
    }

    /// A wallet that was never used and gives its signatures in a form of its own.
    pub(crate) fn wallet_signing(form: Form) -> Result<Self> {
        Ok(Self::Wallet { wallet: LocalWallet::generate()?, form })
    }

    /// A passkey that was never used.
    pub(crate) fn passkey() -> Result<Self> {
        Ok(Self::Passkey(LocalPasskey::generate(RELYING_PARTY, ORIGIN)?))
    }

    /// The same wallet, giving its signatures in another form. Two signatures of one text are told apart by it: an
    /// inbox takes each signature once, and the text of an update is the same for a whole second.
    pub(crate) fn signing(&self, form: Form) -> Self {
        match self {
            Self::Wallet { wallet, .. } => Self::Wallet { wallet: wallet.clone(), form },
            other => other.clone(),
        }
    }

    /// A plain wallet that signs as if there were a contract at its address.
    pub(crate) fn posing_as_contract(&self, chain: ChainId) -> Result<Self> {
        let Self::Wallet { wallet: owner, .. } = self else { bail!("only a plain wallet can pose as a contract") };
        let account = AccountId::new(chain, &owner.address())?;
        Ok(Contract { owner: owner.clone(), account, undeployed: None }.into())
    }

    /// Who the account is.
    pub(crate) fn id(&self) -> Identifier {
        match self {
            Self::Wallet { wallet, .. } => wallet.address(),
            Self::Passkey(passkey) => passkey.identifier(),
            Self::Contract(contract) => contract.account.identifier(),
        }
    }

    /// As `signers.mjs` reads it.
    pub(crate) fn to_json(&self) -> Value {
        let mut json = identifier_to_json(&self.id());
        let secrets = match self {
            Self::Wallet { wallet, form } => {
                json!({ "kind": "wallet", "key": wallet.to_hex().as_str(), "form": form.name() })
            }
            Self::Passkey(passkey) => json!({ "key": passkey.to_hex().as_str(), "origin": ORIGIN }),
            Self::Contract(contract) => json!({
                "kind": "contract",
                "key": contract.owner.to_hex().as_str(),
                "chainId": contract.account.chain().as_u64(),
                "wrapping": contract.undeployed.as_ref().map(|wallet| json!({
                    "factory": wallet.factory.to_string(),
                    "call": format!("0x{}", hex::encode(&wallet.calldata)),
                })),
            }),
        };
        if let (Value::Object(into), Value::Object(from)) = (&mut json, secrets) {
            into.extend(from);
        }
        json
    }
}

impl Contract {
    fn signer(&self) -> Result<ContractWallet, SignerError> {
        let (chain, address) = (self.account.chain(), self.account.identifier());
        let wallet = ContractWallet::new(chain, &address, self.owner.clone());
        let wallet = wallet.map_err(|error| SignerError(error.to_string()))?;
        let Some(undeployed) = &self.undeployed else { return Ok(wallet) };
        let mut factory = [0; 20];
        let digits = undeployed.factory.to_string();
        hex::decode_to_slice(digits.trim_start_matches("0x"), &mut factory)
            .map_err(|error| SignerError(error.to_string()))?;
        Ok(wallet.deployed_by(Deployment { factory, call: undeployed.calldata.clone() }))
    }
}

impl From<Contract> for Account {
    fn from(contract: Contract) -> Self {
        Self::Contract(Box::new(contract))
    }
}

impl Form {
    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Parity => "parity",
            Self::HighS => "highS",
        }
    }

    fn of(self, mut signature: [u8; 65]) -> [u8; 65] {
        match self {
            Self::Plain => {}
            Self::Parity => signature.iter_mut().skip(64).for_each(|v| *v -= 27),
            Self::HighS => subtract_from_order(&mut signature),
        }
        signature
    }
}

/// As `signers.mjs` reads it.
pub(crate) fn identifier_to_json(identifier: &Identifier) -> Value {
    let kind = if matches!(identifier, Identifier::Passkey { .. }) { "passkey" } else { "ethereum" };
    json!({ "kind": kind, "identifier": identifier.to_string() })
}

/// Puts N − S in place of S.
fn subtract_from_order(signature: &mut [u8; 65]) {
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xba, 0xae,
        0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
    ];
    let mut borrowed = false;
    for (digit, of_order) in signature.iter_mut().skip(32).take(32).zip(ORDER).rev() {
        let (difference, first) = of_order.overflowing_sub(*digit);
        let (difference, second) = difference.overflowing_sub(u8::from(borrowed));
        (*digit, borrowed) = (difference, first || second);
    }
}

#[async_trait]
impl Signer for Account {
    fn identifier(&self) -> Identifier {
        self.id()
    }

    async fn sign(&self, text: &str) -> Result<Signature, SignerError> {
        match self {
            Self::Wallet { wallet, form } => Ok(Signature::erc191(form.of(wallet.sign_text(text)))),
            Self::Passkey(passkey) => Ok(Signature::Passkey(passkey.sign_text(text))),
            Self::Contract(contract) => contract.signer()?.sign(text).await,
        }
    }
}
