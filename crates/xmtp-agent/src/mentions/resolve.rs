//! From mentions to accounts.
use super::{Found, Mention, find};
use crate::names::{NameError, NameResolver};
use xmtp_client::Identifier;

/// A mention, and whose account it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// The mention, where it stands.
    pub found: Found,
    /// The account; none if nobody has the name, and if an address cut short fits no member, or more than one.
    pub account: Result<Option<Identifier>, NameError>,
}

/// Finds the mentions of a text and the account of each, every mention once.
///
/// Addresses cut short are matched against `members`, the accounts in the conversation. A handle such as `@alice` is
/// looked up as `alice.<handle_domain>` if a domain is given, such as `farcaster.eth`; else nobody has it.
pub async fn resolve(
    text: &str,
    members: &[Identifier],
    names: &dyn NameResolver,
    handle_domain: Option<&str>,
) -> Vec<Resolved> {
    let mut resolved: Vec<Resolved> = Vec::new();
    for found in find(text) {
        if resolved.iter().any(|known| known.found.mention == found.mention) {
            continue;
        }
        let account = match &found.mention {
            Mention::Address(account) => Ok(Some(account.clone())),
            Mention::Shortened { start, end } => Ok(matching(start, end, members)),
            Mention::Name(name) => names.resolve(name).await,
            Mention::Handle(handle) => match handle_domain {
                Some(domain) => names.resolve(&format!("{handle}.{domain}")).await,
                None => Ok(None),
            },
        };
        resolved.push(Resolved { found, account });
    }
    resolved
}

/// The one member whose address begins and ends so. Of two, neither is guessed.
fn matching(start: &str, end: &str, members: &[Identifier]) -> Option<Identifier> {
    let fits = |member: &&Identifier| match member {
        Identifier::Ethereum(address) => {
            let address = address.to_ascii_lowercase();
            address.strip_prefix("0x").is_some_and(|digits| digits.starts_with(start) && digits.ends_with(end))
        }
        _ => false,
    };
    let mut fitting = members.iter().filter(fits);
    let first = fitting.next()?;
    fitting.all(|other| other == first).then(|| first.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{FutureExt, future::BoxFuture};

    /// Every name under `eth` is the account of as many bytes as it has.
    struct Lengths;

    impl NameResolver for Lengths {
        fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Identifier>, NameError>> {
            let account = name.ends_with(".eth").then(|| account(&format!("{:02x}", name.len())));
            async { Ok(account) }.boxed()
        }

        fn reverse<'a>(&'a self, _: &'a Identifier) -> BoxFuture<'a, Result<Option<String>, NameError>> {
            async { Ok(None) }.boxed()
        }
    }

    fn account(byte: &str) -> Identifier {
        Identifier::ethereum(&format!("0x{}", byte.repeat(20))).unwrap()
    }

    async fn accounts(text: &str, members: &[Identifier], domain: Option<&str>) -> Vec<Option<Identifier>> {
        let resolved = resolve(text, members, &Lengths, domain).await;
        resolved.into_iter().map(|resolved| resolved.account.unwrap()).collect()
    }

    #[tokio::test]
    async fn names_are_looked_up_and_handles_under_their_domain() {
        let text = "@bob a.eth @bob a.eth";
        assert_eq!(accounts(text, &[], None).await, [None, Some(account("05"))]);
        let domain = Some("farcaster.eth");
        assert_eq!(accounts(text, &[], domain).await, [Some(account("11")), Some(account("05"))]);
    }

    #[tokio::test]
    async fn a_cut_address_is_the_one_member_that_fits_and_never_a_guess() {
        let members = [account("ab"), account("cd")];
        assert_eq!(accounts("0xaba…bab", &members, None).await, [Some(account("ab"))]);
        assert_eq!(accounts("0xaba…cdc", &members, None).await, [None]);
        let twin = Identifier::ethereum(&format!("0xab{}ab", "0".repeat(36))).unwrap();
        let other = Identifier::ethereum(&format!("0xab0{}0ab", "1".repeat(34))).unwrap();
        assert_eq!(accounts("0xab0…0ab", &[twin, other], None).await, [None]);
    }
}
