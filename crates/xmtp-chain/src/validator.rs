//! The contract that judges a signature, and how it is called.
//!
//! Source of fact: `contracts/SignatureValidator.sol`; the form of its arguments is that of the Solidity ABI.
use crate::ChainError;
use alloy_primitives::{Address, B256, Bytes, hex};
use alloy_sol_types::SolValue;
use xmtp_types::ContractQuestion;

/// The longest signature that is asked about, in bytes. With the contract around it, it stays under the 48 KiB that a
/// chain takes for creating a contract (EIP-3860).
pub const MAX_SIGNATURE_LEN: usize = 32 * 1024;

/// What the contract is created with, as hex. A test compiles it again.
const CREATION: &str = include_str!("../contracts/SignatureValidator.hex");

/// What the contract said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    Signed,
    NotSigned,
    /// The contract did not get to say anything.
    None,
}

/// The data of the call that asks `question`.
///
/// # Errors
/// [`ChainError::SignatureTooLong`].
pub(crate) fn call_data(question: &ContractQuestion) -> Result<Bytes, ChainError> {
    if question.signature.len() > MAX_SIGNATURE_LEN {
        return Err(ChainError::SignatureTooLong(question.signature.len()));
    }
    let arguments = (address(question), B256::from(question.hash), Bytes::copy_from_slice(&question.signature));
    let mut data = creation();
    data.extend(arguments.abi_encode_params());
    Ok(data.into())
}

/// Reads what the call returned.
pub(crate) fn verdict(returned: &[u8]) -> Verdict {
    match returned {
        [1] => Verdict::Signed,
        [0] => Verdict::NotSigned,
        _ => Verdict::None,
    }
}

/// The address of the wallet in question.
pub(crate) fn address(question: &ContractQuestion) -> Address {
    // An account id has an address by its type; the zero address, which signs nothing, stands for the impossible rest.
    question.account.identifier().to_string().parse().unwrap_or_default()
}

/// The creation code. A test holds that the text is hex.
fn creation() -> Vec<u8> {
    hex::decode(CREATION.trim()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(signature: Vec<u8>) -> ContractQuestion {
        let account = "eip155:1:0xABcdef0000000000000000000000000000000001".parse().unwrap();
        ContractQuestion { account, hash: [7; 32], signature, block: None }
    }

    #[test]
    fn a_call_is_the_code_and_three_arguments() {
        let data = call_data(&question(vec![9, 8, 7])).unwrap();
        let code = creation();
        assert!(code.len() > 1_000);
        let arguments = hex::encode(&data[code.len()..]);
        let expected = [
            "000000000000000000000000abcdef0000000000000000000000000000000001",
            "0707070707070707070707070707070707070707070707070707070707070707",
            "0000000000000000000000000000000000000000000000000000000000000060",
            "0000000000000000000000000000000000000000000000000000000000000003",
            "0908070000000000000000000000000000000000000000000000000000000000",
        ];
        assert_eq!(arguments, expected.concat());
        assert_eq!(&data[..code.len()], code);
    }

    #[test]
    fn an_address_is_read_with_and_without_0x() {
        let bare = format!("eip155:1:{}", "ab".repeat(20)).parse().unwrap();
        assert_eq!(address(&ContractQuestion { account: bare, ..question(vec![]) }), Address::repeat_byte(0xab));
        assert_eq!(address(&question(vec![])).0[..3], [0xab, 0xcd, 0xef]);
    }

    #[test]
    fn the_longest_signature_still_fits_into_the_creation_of_a_contract() {
        let longest = call_data(&question(vec![1; MAX_SIGNATURE_LEN])).unwrap();
        assert!(longest.len() <= 49_152);
        let longer = call_data(&question(vec![1; MAX_SIGNATURE_LEN + 1]));
        assert_eq!(longer, Err(ChainError::SignatureTooLong(MAX_SIGNATURE_LEN + 1)));
    }

    #[test]
    fn nothing_but_one_byte_is_a_verdict() {
        assert_eq!((verdict(&[1]), verdict(&[0])), (Verdict::Signed, Verdict::NotSigned));
        for nonsense in [&[][..], &[2], &[1, 0], &[0; 32]] {
            assert_eq!(verdict(nonsense), Verdict::None);
        }
    }
}
