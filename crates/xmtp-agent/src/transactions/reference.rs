//! What was sent, as a person can check it.
//!
//! Source of fact: the explorers that the chains name as theirs.
use xmtp_client::ChainId;
use xmtp_content_types::TransactionReference;

/// Chains and where their transactions can be looked at.
const EXPLORERS: [(u64, &str); 8] = [
    (1, "https://etherscan.io"),
    (11_155_111, "https://sepolia.etherscan.io"),
    (8_453, "https://basescan.org"),
    (84_532, "https://sepolia.basescan.org"),
    (10, "https://optimistic.etherscan.io"),
    (137, "https://polygonscan.com"),
    (42_161, "https://arbiscan.io"),
    (59_144, "https://lineascan.build"),
];

/// The chain that a reference names, written in decimal or, after `0x`, in hexadecimal; none if it names no Ethereum chain.
pub fn chain_of(reference: &TransactionReference) -> Option<ChainId> {
    if reference.namespace.as_deref().is_some_and(|namespace| namespace != "eip155") {
        return None;
    }
    let id = reference.network_id.trim();
    let number = match id.strip_prefix("0x").or_else(|| id.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => id.parse().ok(),
    };
    number.map(ChainId::new)
}

/// Where a person can look at the transaction: none if it is no transaction of a chain whose explorer is known.
///
/// What a peer sent as hash goes into no link unless it is one.
pub fn explorer_url(reference: &TransactionReference) -> Option<String> {
    let chain = chain_of(reference)?.as_u64();
    let (_, explorer) = EXPLORERS.iter().find(|(number, _)| *number == chain)?;
    let hash = reference.reference.trim();
    let digits = hash.strip_prefix("0x").filter(|digits| digits.len() == 64)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| format!("{explorer}/tx/{hash}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(network: &str, hash: &str) -> TransactionReference {
        TransactionReference { network_id: network.to_owned(), ..TransactionReference::ethereum(1, hash) }
    }

    #[test]
    fn a_chain_is_read_in_decimal_and_in_hexadecimal() {
        for network in ["8453", "0x2105", " 8453 "] {
            assert_eq!(chain_of(&reference(network, "")), Some(ChainId::new(8453)), "{network}");
        }
        for network in ["", "base", "-1", "0x"] {
            assert_eq!(chain_of(&reference(network, "")), None, "{network}");
        }
        let solana = TransactionReference { namespace: Some("solana".to_owned()), ..reference("1", "") };
        assert_eq!(chain_of(&solana), None);
    }

    #[test]
    fn a_link_is_made_of_a_hash_and_of_nothing_else() {
        let hash = format!("0x{}", "a1".repeat(32));
        assert_eq!(explorer_url(&reference("8453", &hash)), Some(format!("https://basescan.org/tx/{hash}")));
        assert_eq!(explorer_url(&reference("31337", &hash)), None);
        for wrong in ["", "0x12", "javascript:alert(1)", &format!("0x{}", "/.".repeat(32)), &hash[2..]] {
            assert_eq!(explorer_url(&reference("8453", wrong)), None, "{wrong}");
        }
    }
}
